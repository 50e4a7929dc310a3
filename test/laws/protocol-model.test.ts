/**
 * The streaming protocol as a model: two hops, links that are fed back, a write-back cache, up to eight owners that crash or sleep anywhere, a network
 * that repeats and delays, a Redis that forgets and whose old master goes on. What must not be "simplified" is planted as a flaw and has to be found.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { play, storyOf } from '../support/protocol-run.ts';
import { range } from '../support/protocol-truth.ts';
import type { Flaw, Setting } from '../support/protocol-world.ts';

/** Runs of the protocol as it is; 6,000 take about 15 seconds. */
const RUNS = Number(process.env.TURNCOAT_MODEL_RUNS ?? 600);
/** Runs in which a flaw has to show. */
const MOST_RUNS = 300;

const isBad = (setting: Setting): boolean => play(setting).violations.length > 0;
const firstBad = (runs: number, flaws: readonly Flaw[], failovers = true): Setting | undefined =>
  range(runs)
    .map((seed) => ({ seed, flaws, failovers }))
    .find(isBad);

/** Fails with the story of the first run that went wrong. */
function assertHolds(runs: number, flaws: readonly Flaw[], failovers = true): void {
  const bad = firstBad(runs, flaws, failovers);
  assert.equal(bad && storyOf(bad), undefined);
}

test(`states, alerts and links are as if nothing had ever failed, in ${RUNS} runs`, () => {
  assert.ok(RUNS > 0, 'TURNCOAT_MODEL_RUNS is a number of runs');
  assertHolds(RUNS, []);
});

test('the same seed gives the same run', () => {
  const setting: Setting = { seed: 1, flaws: [], failovers: true };
  const { trace } = play(setting, true);
  assert.deepEqual(play(setting, true).trace, trace);
  assert.ok(trace.length > 100);
});

test('all kinds of trouble happen', () => {
  const lines = range(20).flatMap((seed) => play({ seed, flaws: [], failovers: true }, true).trace);
  for (const word of ['fails over', 'old master goes on', 'no answer', 'late:', ': refused', 'alerts', '>0 for shard']) {
    assert.ok(lines.filter((line) => line.includes(word)).length >= 10, word);
  }
});

const BROKEN: readonly (readonly [string, readonly Flaw[]])[] = [
  ['alerts are sent, state saved, offsets committed, and no positions kept', ['no positions']],
  ['what the hop before repeats is applied again', ['no sender positions']],
  ['messages of one record share a position', ['cause without ordinal']],
  ['links of one message share a position', ['one cause for all links of a message']],
  ['state is saved before alerts are acknowledged', ['flush before alerts']],
  ['state is saved before links are acknowledged', ['flush before links']],
  ['positions and memories are read one after the other', ['torn read']],
  ['memories and positions are written one after the other', ['torn write']],
  ['state is saved whatever the positions are', ['write without compare']],
  ['a new owner starts at the committed offset although Redis lost writes', ['no rewind']],
  ['shards that were never written do not count for the rewind', ['rewind by written shards only']],
  ['idle shards are not checkpointed nor count for the rewind', ['idle shards not checkpointed', 'rewind by written shards only']],
  ['raw offsets are committed before what they led to is acknowledged', ['commit before sends']],
  ['a batch overtakes the one before on its way to a partition', ['sends overlap']],
  ['the first memories of a shard are read at other positions than those the start was found by', ['first read unchecked']],
  ['further memories of a shard are read at other positions than the first', ['further read unchecked']],
  ['a memory that was not saved makes room', ['dirty memory evicted']],
  ['the cache outlives a lost compare-and-set', ['cache kept after a conflict']],
  ['the cache outlives the assignment', ['cache kept after reassignment']],
  ['a batch whose alerts or links could not be sent is judged again with the cache it left', ['cache kept after a failed send']],
];

for (const [what, flaws] of BROKEN) {
  test(`it shows if ${what}`, (context) => {
    const bad = firstBad(MOST_RUNS, flaws);
    assert.ok(bad, `nothing went wrong in ${MOST_RUNS} runs`);
    context.diagnostic(storyOf(bad)?.split('\n')[0] ?? '');
  });
}

test('it shows if offsets are committed first and a new owner starts there, even if Redis loses nothing', () => {
  assert.ok(firstBad(MOST_RUNS, ['commit before flush', 'no rewind'], false));
});

/** Liberties that cost work at most, each alone: what the protocol does not depend on. */
const HARMLESS: readonly (readonly [string, readonly Flaw[], boolean?])[] = [
  ['a new owner starts at the committed offset and Redis loses nothing', ['no rewind'], false],
  ['a new owner starts behind the lowest position, whatever was committed', ['committed offset ignored']],
  ['activity offsets are committed before the flush, since positions decide', ['commit before flush']],
  ['only positions by sender decide what was applied', ['own offset not compared']],
  ['a shard that is ahead notes an offset further back', ['checkpoint lowers']],
  ['idle shards keep their old positions and count for the rewind', ['idle shards not checkpointed']],
  ['the first memories of a shard are read further on than the start was found by', ['first read may be ahead']],
  ['a save without an answer counts as made', ['no answer is success']],
  ['batches overlap that keep their order on the way to each partition', ['sends overlap in order']],
  ['links of a record are numbered as this worker sends them', ['links numbered by the run']],
];

for (const [what, flaws, failovers] of HARMLESS) {
  test(`nothing goes wrong if ${what}`, () => assertHolds(Math.ceil(RUNS / 10), flaws, failovers));
}
