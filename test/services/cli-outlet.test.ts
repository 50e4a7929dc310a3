import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { streamOutlet } from '../../src/adapters/file/outlet.ts';
import { ALERT as alert } from '../support/example-alert.ts';

function slowSink(): { readonly stream: Writable; readonly taken: string[]; takeOne(): void } {
  const taken: string[] = [];
  let waiting: (() => void) | undefined;
  const stream = new Writable({
    highWaterMark: 1,
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      waiting = () => {
        taken.push(chunk);
        done();
      };
    },
  });
  return {
    stream,
    taken,
    takeOne: () => {
      const take = waiting;
      waiting = undefined;
      take?.();
    },
  };
}

test('send waits until the stream has taken what was written', async () => {
  const sink = slowSink();
  const outlet = streamOutlet(sink.stream, { render: () => 'a\n', onGone: () => assert.fail('not gone') });
  let sent = false;
  const sending = outlet.send([alert, alert]).then(() => {
    sent = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(sent, false);
  sink.takeOne();
  await sending;
  assert.deepEqual(sink.taken, ['a\na\n']);
});

test('alerts that are not to be printed cost no write', async () => {
  const sink = slowSink();
  await streamOutlet(sink.stream, { render: () => undefined, onGone: () => undefined }).send([alert]);
  assert.deepEqual(sink.taken, []);
});

test('a stream whose reader is gone is reported once, and sending to it ends at once', async () => {
  const stream = new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    },
  });
  const reasons: unknown[] = [];
  const outlet = streamOutlet(stream, { render: () => 'a\n', onGone: ({ code }) => reasons.push(code) });
  await outlet.send([alert]);
  await outlet.send([alert]);
  await outlet.close();
  assert.deepEqual(reasons, ['EPIPE']);
});
