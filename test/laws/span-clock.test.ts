import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SpanClock } from '../../src/behaviour/span-clock.ts';

const TODAY = 492_012;

test('one clock that runs years ahead moves nobody’s day; three identities do, or all there are', () => {
  const clock = new SpanClock();
  for (let event = 0; event < 40; event++) for (const identity of ['1', '2', '3', '4']) clock.hear(TODAY - 40 + event, identity);
  const before = clock.reached;
  for (let event = 0; event < 5; event++) clock.hear(TODAY + 20_000, '99');
  assert.equal(clock.reached, before);
  for (let event = 0; event < 60; event++) {
    clock.hear(TODAY + 20_000, '99');
    clock.hear(before, '1');
  }
  assert.equal(clock.reached, before);
  for (const identity of ['1', '2', '3']) clock.hear(TODAY + 3, identity);
  assert.equal(clock.reached, TODAY + 3);
  const lonely = new SpanClock();
  for (let event = 0; event < 16; event++) lonely.hear(TODAY, '1');
  assert.equal(lonely.hear(TODAY + 100, '1'), TODAY + 100);
});

test('a clock goes on from its state; whoever makes up identities fills no memory', () => {
  const spans = fc.array(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 200 })), { maxLength: 100 });
  fc.assert(
    fc.property(spans, spans, (first, second) => {
      const clock = new SpanClock();
      for (const [span, identity] of first) clock.hear(span, `${identity}`);
      for (let streak = 0; streak < 2; streak++) clock.hear(1, '7');
      const again = SpanClock.from(clock.state);
      assert.ok(clock.state.length <= 129);
      if (clock.reached === 0) return;
      for (const [span, identity] of second) assert.equal(again.hear(span, `${identity}`), clock.hear(span, `${identity}`));
    }),
  );
});
