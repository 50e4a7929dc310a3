import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { streamOutlet } from '../../src/adapters/file/outlet.ts';
import { isChain } from '../../src/core/alert.ts';
import { ALERT } from '../support/example-alert.ts';
import { formatContext } from '../support/format.ts';
import { outletContract } from '../support/outlet-contract.ts';

const { text } = formatContext();

/** A stream that takes its chunks one at a time, later, as a pipe does. */
function slowStream(taken: Buffer[]): Writable {
  return new Writable({
    highWaterMark: 64,
    write(chunk: Buffer, _encoding, done) {
      setImmediate(() => {
        taken.push(chunk);
        done();
      });
    },
  });
}

function uidsIn(taken: readonly Buffer[]): string[] {
  const lines = Buffer.concat(taken).toString('utf8').split('\n').slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as { finding_info: { uid: string } }).finding_info.uid);
}

outletContract('stream outlet', async () => {
  const taken: Buffer[] = [];
  const outlet = streamOutlet(slowStream(taken), {
    render: (alert) => `${isChain(alert) ? '' : text(alert)}\n`,
    onGone: (reason) => assert.fail(reason),
  });
  return { outlet, arrived: async () => uidsIn(taken) };
});

test('stream outlet: a stream that is already closed takes nothing and holds nobody up', async () => {
  const stream = slowStream([]);
  stream.destroy();
  const outlet = streamOutlet(stream, { render: () => 'a\n', onGone: () => undefined });
  await outlet.send([ALERT]);
  await outlet.close();
});
