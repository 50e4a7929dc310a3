import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { type EndpointOptions, type Endpoints, serveEndpoints } from '../../src/telemetry/endpoints.ts';
import { Telemetry } from '../../src/telemetry/telemetry.ts';
import { parseMetrics } from '../support/prometheus.ts';

const fine = () => ({ ok: true, reasons: [] });
const PLAIN = 'text/plain; charset=utf-8';

/** Serves on a free port of this machine for as long as `use` takes. */
async function serving(options: Partial<EndpointOptions>, use: (port: number, endpoints: Endpoints) => Promise<void>): Promise<void> {
  const defaults = { host: '127.0.0.1', port: 0, live: fine, ready: fine, metrics: () => Promise.resolve('up 1\n'), contentType: PLAIN };
  const endpoints = await serveEndpoints({ ...defaults, ...options });
  try {
    await use(endpoints.port, endpoints);
  } finally {
    await endpoints.close();
  }
}

async function ask(port: number, path: string, method = 'GET') {
  const asked = request({ host: '127.0.0.1', port, path, method, agent: new Agent({ keepAlive: false }) });
  asked.end();
  const [response] = await once(asked, 'response');
  let text = '';
  for await (const piece of response) text += piece;
  return { status: response.statusCode as number, headers: response.headers as Record<string, string>, text };
}

/** A connection, with all that comes until it is closed. */
function dial(port: number): { readonly socket: Socket; readonly heard: Promise<string> } {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes.toString();
  });
  socket.on('error', () => undefined);
  return { socket, heard: new Promise((resolve) => socket.once('close', () => resolve(text))) };
}

test('each path answers, whatever query it bears; others are not found, other methods not allowed', () =>
  serving({}, async (port) => {
    for (const path of ['/livez', '/healthz', '/readyz', '/livez?verbose=1']) {
      const { status, text, headers } = await ask(port, path);
      assert.deepEqual([status, text, headers['content-type'], headers['cache-control']], [200, 'ok\n', PLAIN, 'no-store']);
    }
    assert.equal((await ask(port, '/metrics')).text, 'up 1\n');
    for (const path of ['/', '/metrics/', '/livez/x', '/../livez', '//livez', '/LIVEZ'])
      assert.equal((await ask(port, path)).status, 404, path);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']) {
      const { status, headers } = await ask(port, '/livez', method);
      assert.deepEqual([status, headers.allow], [405, 'GET, HEAD']);
    }
  }));

test('HEAD answers as GET does, without the text', () =>
  serving({}, async (port) => {
    const { status, text, headers } = await ask(port, '/metrics', 'HEAD');
    assert.deepEqual([status, text, headers['content-length']], [200, '', '5']);
  }));

test('not ready and not alive are 503, with one reason a line', () => {
  const ready = () => ({ ok: false, reasons: ['Redis does not answer', 'no assignment for audit yet'] });
  return serving({ ready, live: () => ({ ok: false, reasons: ['the worker crashed'] }) }, async (port) => {
    const { status, text } = await ask(port, '/readyz');
    assert.deepEqual([status, text], [503, 'Redis does not answer\nno assignment for audit yet\n']);
    for (const path of ['/livez', '/healthz']) assert.equal((await ask(port, path)).status, 503);
  });
});

test('metrics come in the format and under the content type of Prometheus', () => {
  const { metrics } = new Telemetry({ level: 'silent', version: '1', now: () => 0 });
  return serving({ metrics: () => metrics.text(), contentType: metrics.contentType }, async (port) => {
    const { status, headers, text } = await ask(port, '/metrics');
    assert.deepEqual([status, headers['content-type']], [200, 'text/plain; version=0.0.4; charset=utf-8']);
    assert.ok(parseMetrics(text).has('turncoat_build_info'));
  });
});

test('checks and metrics that fail are 500, and the next request is answered', () => {
  const fails = () => {
    throw new Error('secret words');
  };
  const failing = { live: fails, ready: fails, metrics: () => Promise.reject(new Error('secret words')) };
  return serving(failing, async (port) => {
    for (const path of ['/livez', '/readyz', '/metrics', '/livez']) {
      const { status, text } = await ask(port, path);
      assert.equal(status, 500);
      assert.doesNotMatch(text, /secret/);
    }
  });
});

test('many who ask for metrics at once share one gathering', () => {
  let gathered = 0;
  let give: (text: string) => void = () => undefined;
  const metrics = () => {
    gathered++;
    return new Promise<string>((resolve) => {
      give = resolve;
    });
  };
  return serving({ metrics }, async (port) => {
    const { socket, heard } = dial(port);
    const one = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n';
    socket.write(`${one.repeat(4)}GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    while (gathered === 0) await ask(port, '/livez');
    await ask(port, '/livez');
    give('up 1\n');
    assert.equal((await heard).match(/HTTP\/1\.1 200/g)?.length, 5);
    assert.equal(gathered, 1);
    const again = ask(port, '/metrics');
    while (gathered === 1) await ask(port, '/livez');
    give('up 2\n');
    assert.equal((await again).text, 'up 2\n');
  });
});

test('a client that dribbles its headers, or says nothing at all, is cut off', () =>
  serving({ slowestMillis: 300 }, async (port) => {
    const slow = dial(port);
    slow.socket.write('GET /livez HTTP/1.1\r\n');
    const dribble = setInterval(() => slow.socket.write('x-more: 1\r\n'), 40);
    const silent = dial(port);
    assert.doesNotMatch(await slow.heard, / 200 /);
    clearInterval(dribble);
    await silent.heard;
    assert.equal((await ask(port, '/livez')).status, 200);
  }));

test('a body is not read: whoever sends one gets the answer and the connection ends', () =>
  serving({}, async (port) => {
    for (const head of [
      'POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000',
      'GET /livez HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked',
    ]) {
      const { socket, heard } = dial(port);
      socket.write(`${head}\r\n\r\n`);
      const answer = await heard;
      assert.match(answer, /^HTTP\/1\.1 (405|200) [\s\S]*connection: close/i);
      assert.doesNotMatch(answer, / 408 /, 'it ends with the answer, not when patience does');
    }
  }));

test('headers beyond 8 kB and what is no HTTP are refused', () =>
  serving({}, async (port) => {
    for (const [said, answer] of [
      [`GET /livez HTTP/1.1\r\nHost: x\r\nx-long: ${'x'.repeat(9_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
      ['\u0016\u0003\u0001\u0002\u0000\r\n\r\n', /^HTTP\/1\.1 400 /],
    ] as const) {
      const { socket, heard } = dial(port);
      socket.write(said);
      assert.match(await heard, answer);
    }
    assert.equal((await ask(port, '/livez')).status, 200);
  }));

test('of more connections than 64 at a time the others are dropped; once they are gone, all is well again', () =>
  serving({}, async (port) => {
    const held = Array.from({ length: 64 }, () => dial(port));
    for (const { socket } of held) socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
    await Promise.all(held.map(({ socket }) => once(socket, 'data')));
    assert.equal(await dial(port).heard, '');
    for (const { socket } of held) socket.destroy();
    await Promise.all(held.map(({ heard }) => heard));
    const patient = async (): Promise<number> => (await ask(port, '/livez').catch(() => ({ status: 0 }))).status || patient();
    assert.equal(await patient(), 200);
  }));

test('an address that cannot be used is explained', () =>
  serving({}, async (port) => {
    const options = { live: fine, ready: fine, metrics: () => Promise.resolve(''), contentType: PLAIN };
    await assert.rejects(
      serveEndpoints({ ...options, host: '127.0.0.1', port }),
      new RegExp(`^Error: http\\.host, http\\.port: cannot listen on 127\\.0\\.0\\.1:${port}: the port is taken; choose another one`),
    );
    await assert.rejects(serveEndpoints({ ...options, host: '203.0.113.1', port: 0 }), /this machine does not have that address/);
  }));

test('closing ends connections that are kept open and what is being answered', async () => {
  await serving({ metrics: () => new Promise(() => undefined) }, async (port, endpoints) => {
    const [idle, waiting] = [dial(port), dial(port)];
    idle.socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
    waiting.socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(idle.socket, 'data');
    await endpoints.close();
    assert.match(await idle.heard, /ok\n$/);
    assert.equal(await waiting.heard, '');
  });
});
