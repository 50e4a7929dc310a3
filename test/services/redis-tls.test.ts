import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { createServer, type TLSSocket } from 'node:tls';
import type { RedisOptions, TlsOptions } from '../../src/adapters/redis/options.ts';
import { RedisShardStore } from '../../src/adapters/redis/shard-store.ts';
import { startRedis } from './redis-process.ts';

/** Not every build of a server speaks TLS, so one that does stands in front of it. It asks for the client's certificate and refuses other names than its own. */
const NAME = 'redis.test';
const folder = mkdtempSync(join(tmpdir(), 'turncoat-tls-'));
const authority = certificate('authority', ['-x509', '-subj', '/CN=test authority', '-addext', 'basicConstraints=critical,CA:TRUE']);
const stranger = certificate('stranger', ['-x509', '-subj', '/CN=another authority', '-addext', 'basicConstraints=critical,CA:TRUE']);
const server = signed('server', NAME);
const client = signed('client', 'turncoat');

interface Pair {
  readonly cert: string;
  readonly key: string;
}

function openssl(...words: string[]): void {
  execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
}

function pair(name: string): Pair {
  return { cert: readFileSync(join(folder, `${name}.pem`), 'utf8'), key: readFileSync(join(folder, `${name}.key`), 'utf8') };
}

function certificate(name: string, words: readonly string[]): Pair {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${name}.key`];
  openssl('req', ...key, '-out', `${name}.pem`, '-days', '2', ...words);
  return pair(name);
}

function signed(name: string, host: string): Pair {
  certificate(name, ['-subj', `/CN=${host}`]);
  writeFileSync(join(folder, `${name}.ext`), `subjectAltName=DNS:${host}\n`);
  const by = ['-CA', 'authority.pem', '-CAkey', 'authority.key', '-CAcreateserial', '-days', '2', '-extfile', `${name}.ext`];
  openssl('x509', '-req', '-in', `${name}.pem`, '-out', `${name}.pem`, ...by);
  return pair(name);
}

const redis = await startRedis();
const sockets = new Set<TLSSocket>();
const front = createServer(
  { ...server, ca: authority.cert, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2' },
  (socket) => {
    sockets.add(socket);
    const back = connect(redis.port, '127.0.0.1');
    socket.on('error', () => back.destroy()).on('close', () => back.destroy());
    back.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.pipe(back).pipe(socket);
  },
);
front.on('tlsClientError', () => undefined);
await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
const address = front.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;

after(async () => {
  for (const socket of sockets) socket.destroy();
  front.close();
  await redis.close();
  rmSync(folder, { recursive: true, force: true });
});

function storeWith(t: TestContext, tls: TlsOptions | undefined, more: Partial<RedisOptions> = {}): RedisShardStore {
  const store = new RedisShardStore({
    mode: 'standalone',
    nodes: [`127.0.0.1:${port}`],
    namespace: 'tls',
    commandMillis: 1_000,
    tls,
    ...more,
  });
  t.after(() => store.close());
  return store;
}

test('a server with a certificate of the given authority is used, with a certificate of one’s own', async (t) => {
  const store = storeWith(t, { ca: authority.cert, ...client, servername: NAME });
  await store.check();
  const memory = Buffer.alloc(300_000, 'x');
  assert.deepEqual(await store.save([{ shard: 1, expected: undefined, positions: Buffer.from('1'), memories: [['a', memory]] }]), [true]);
  const [image] = await store.load([{ shard: 1, entities: ['a'] }]);
  assert.equal(Buffer.compare(image?.memories[0] ?? Buffer.alloc(0), memory), 0);
});

test('without a look at the certificate any will do, where that is asked for', async (t) => {
  await storeWith(t, { ...client, insecure: true }).check();
});

test('a certificate that is not trusted, of another name, or missing is told as what to change, not as an absence', async (t) => {
  for (const tls of [
    { ca: stranger.cert, ...client, servername: NAME },
    { ...client, servername: NAME },
    { ca: authority.cert, ...client },
  ]) {
    const store = storeWith(t, tls);
    for (let round = 0; round < 2; round++) {
      await assert.rejects(store.load([]), {
        name: 'Error',
        message: /^no TLS with Redis: \w*(CERT|SIGNATURE|ALTNAME)\w*; check redis\.tls/,
      });
    }
  }
  // Whether the refusal of the server or the end of the connection is seen first is not for us to choose.
  await assert.rejects(storeWith(t, { ca: authority.cert, servername: NAME }).check(), /TLS|the connection|ECONNRESET|EPIPE/);
});

test('TLS with a server that speaks none, and none with one that does, get no connection', async (t) => {
  await assert.rejects(storeWith(t, { ca: authority.cert }, { nodes: [`127.0.0.1:${redis.port}`] }).load([]), { name: 'Unavailable' });
  await assert.rejects(storeWith(t, undefined).load([]), { name: 'Unavailable' });
});
