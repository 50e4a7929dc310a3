import assert from 'node:assert/strict';
import { test } from 'node:test';
import { turncoat } from '../support/cli.ts';

test('the demo tells the attacks of the recording in under 20 seconds, with no configuration', async () => {
  const begun = performance.now();
  const { code, stdout, stderr } = await turncoat(['demo']);
  assert.deepEqual([code, stderr], [0, '']);
  assert.ok(performance.now() - begun < 20_000);
  const [, found, all] = /^Attacks found: (\d+) of (\d+)\./m.exec(stdout) ?? [];
  assert.equal(all, '13');
  assert.ok(Number(found) >= 11, `${found} attacks found`);
  assert.match(stdout, />> attack 1 found, at step/);
  assert.match(stdout, /Try next\n {2}turncoat scan/);
  assert.ok(!stdout.includes('\u001b'));
});

test('the demo is the same whatever is configured around it', async () => {
  const env = { TURNCOAT_MIN_SEVERITY: 'critical', TURNCOAT_NETWORKS_PODS: '192.0.2.0/24', TURNCOAT_CONFIG: 'no-such.yaml' };
  const [plain, other] = await Promise.all([turncoat(['demo']), turncoat(['demo'], { env })]);
  const story = (text: string): string => text.slice(0, text.indexOf('\nAttacks found'));
  assert.equal(other.code, 0);
  assert.equal(story(other.stdout), story(plain.stdout));
});
