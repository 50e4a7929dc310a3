import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { networksLayer } from '../../src/cli/config-layers.ts';
import { EXIT, exitCodeReference } from '../../src/cli/exit-codes.ts';
import { configKeys, configReference, loadConfig, schema } from '../../src/config.ts';
import { root } from '../support/paths.ts';

test('the configuration page is what the schema says', () => {
  assert.equal(readFileSync(join(root, 'docs/configuration.md'), 'utf8'), configReference());
  for (const key of configKeys()) assert.match(key.description, /^[A-Z].*\.$/, `${key.name} has a sentence`);
});

test('the page of exit codes is what the program uses', () => {
  const page = readFileSync(join(root, 'docs/exit-codes.md'), 'utf8');
  assert.equal(page, exitCodeReference());
  for (const code of Object.values(EXIT)) assert.ok(page.includes(`| ${code} |`));
});

test('the examples of the configuration page are accepted', () => {
  const page = configReference();
  const [, example = ''] = /```yaml\n([^`]*)```/.exec(page) ?? [];
  assert.equal(schema.parse(parse(example)).cluster, 'prod-1');
  const [, inline = ''] = /`--networks ([^`]*)`/.exec(page) ?? [];
  assert.deepEqual(loadConfig({ env: {}, flags: [networksLayer(inline)] }).networks.egress, ['203.0.113.7']);
});
