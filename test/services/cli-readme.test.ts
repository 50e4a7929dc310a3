import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { turncoat } from '../support/cli.ts';
import { root } from '../support/paths.ts';

test('what README.md shows of the demo is what the demo prints', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/^```\n([^`]*)^```/gm)].map(([, block = '']) => block);
  const block = blocks.find((text) => text.includes('Attacks found'));
  assert.ok(block !== undefined, 'README.md shows the end of the demo');
  const printed = new Set((await turncoat(['demo'])).stdout.split('\n'));
  const made = block.split('\n').filter((line) => line.trim() !== '…' && !printed.has(line));
  assert.deepEqual(made, []);
});
