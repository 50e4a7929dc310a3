import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Label } from '../../src/cli/demo-labels.ts';
import { storyOf } from '../../src/cli/demo-story.ts';
import type { Alert } from '../../src/core/alert.ts';
import { ALERT, EXEC, SIGNAL } from '../support/example-alert.ts';

function storyWith(step: number) {
  const byId = new Map<string, Label>([SIGNAL, EXEC].map(({ event }) => [event.id, { kind: 'attack', of: 'A-example', step, what: '' }]));
  return storyOf({ byId, attacks: new Map([['A-example', 5]]) }, { color: false, width: 100 });
}

test('a second finding about an attack already told says which', () => {
  const story = storyWith(2);
  assert.match(story.tell(ALERT) ?? '', />> attack 1 found, at step 2 of 5: A-example/);
  const other: Alert = { ...ALERT, uid: '1c8f0c1e-9a5e-5d2f-8a57-1f3f3f4c2a10', signals: [EXEC] };
  assert.match(story.tell(other) ?? '', /\(attack 1 again, step 2\)/);
});

test('an update is told by what it adds, with the evidence, wrapped and never cut', () => {
  const story = storyWith(2);
  story.tell(ALERT);
  const update: Alert = { ...ALERT, activity: 'update', before: 'high', signals: [SIGNAL, { ...EXEC, severity: 'high' }], count: 3 };
  const text = story.tell(update) ?? '';
  assert.match(text, /\+ 12:00 step 2: runs a command in pod payments\/db-0; command: cat\s+\/etc\/passwd/);
  assert.ok(!text.includes('…'));
  assert.ok(text.split('\n').every((line) => line.length <= 100));
  assert.equal(story.tell(update), undefined);
});

test('a finding that rises says so, by its gravest signal', () => {
  const story = storyWith(2);
  story.tell({ ...ALERT, severity: 'medium', signals: [EXEC] });
  assert.match(story.tell({ ...ALERT, activity: 'update', before: 'medium', count: 2 }) ?? '', /now HIGH: step 2: lists all secrets/);
});
