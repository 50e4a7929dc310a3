import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { test } from 'node:test';
import { FIRST_DAY } from '../support/arbitrary-record.ts';
import { judgeRecords } from '../support/judge.ts';
import { notRun, shared } from '../support/paths.ts';

/**
 * What becomes of other people's logs, file by file: judged, ignored, rejected. Many of them are hand-written variants of one event under
 * one id, hence the duplicates. Ignored otherwise: logs of another kind (Exchange and other Microsoft 365 work loads, storage and key
 * vault data planes, application logs, CloudTrail Insights), control messages, and stubs of which nobody could tell what they are.
 */
const COUNTS: ReadonlyMap<string, readonly [judged: number, ignored: number, rejected: number]> = new Map([
]);

/** Records that are damaged on purpose or lack what every such record has: a verb, a method name. All others must be judged or ignored. */
const REJECTED: ReadonlyMap<string, readonly (readonly [line: number, detail: string])[]> = new Map([
]);

function filesUnder(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesUnder(path);
    return name.endsWith('.md') || name.endsWith('.labels.jsonl') ? [] : [path];
  });
}

const folder = shared === undefined ? undefined : join(shared, 'fixtures');

if (folder === undefined || !existsSync(folder)) notRun('conformance');
else {
  const files = filesUnder(folder).map((path) => relative(folder, path).split(sep).join('/'));

  test('every file of the fixtures is in the table', () => {
    assert.deepEqual(files.sort(), [...COUNTS.keys()].sort());
  });

  for (const [file, counts] of COUNTS) {
    test(`${file} gives ${counts.join(', ')} judged, ignored, rejected, in whatever pieces it comes`, async () => {
      const bytes = readFileSync(join(folder, file));
      for (const cuts of [[], [1, 1000, 4097, bytes.length >> 1], Array.from({ length: 60 }, (_, i) => i * 997)]) {
        const { tally } = await judgeRecords(bytes, { cuts, receivedAt: FIRST_DAY });
        assert.deepEqual([tally.judged, tally.ignoredCount, tally.rejected], counts, JSON.stringify(tally.rejections));
        assert.equal(tally.truncated, 0);
        assert.equal(tally.failedDetections.size, 0);
        assert.deepEqual(
          tally.rejections.map(({ line, detail }) => [line, detail]),
          REJECTED.get(file) ?? [],
        );
      }
    });
  }
}
