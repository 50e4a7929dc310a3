import assert from 'node:assert/strict';
import { test } from 'node:test';
import { perform } from './dance/perform.ts';

const SEED = Number(process.env.DANCE_SEED ?? Math.floor(Math.random() * 1e9));

test(`three workers through crashes, freezes and lost writes: nothing lost, nothing counted twice (DANCE_SEED=${SEED})`, async (t) => {
  const review = await perform({ seed: SEED, millis: 25_000, perSecond: 300, tell: (what) => t.diagnostic(what) });
  assert.ok((review.counts.alerts ?? 0) > 10 && (review.counts['paths fed back'] ?? 0) > 0, JSON.stringify(review.counts));
  for (const [kind, count] of Object.entries(review.wrong)) assert.equal(count, 0, `${kind}: ${review.examples.join('\n')}`);
  assert.deepEqual(review.falls, []);
});

test('the verifier tells when the order of effects is broken: messages that count as sent before they are', async (t) => {
  for (const seed of [3, 4, 5]) {
    const review = await perform({
      seed,
      millis: 20_000,
      perSecond: 300,
      sabotage: 'acknowledge-early',
      tell: (what) => t.diagnostic(what),
    });
    if (Object.values(review.wrong).some((count) => count > 0)) return;
  }
  assert.fail('three runs with early acknowledgements looked right');
});
