import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redisProgram } from './fetch.ts';
import { freePort, ServerProcess, untilReady } from './process.ts';

/** A Redis of one's own. */
export interface RedisProcess {
  readonly url: string;
  readonly port: number;
  /** Ends it in order (SIGTERM) or at once (SIGKILL); `restart` brings it back with what it had on disk. */
  stop(): Promise<void>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** Ends it and removes its files. */
  close(): Promise<void>;
}

/** Starts a Redis on a free port, without persistence unless `args` say otherwise. */
export async function startRedis(args: readonly string[] = [], mode?: 'sentinel'): Promise<RedisProcess> {
  const program = await redisProgram();
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'turncoat-redis-'));
  const common = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no', ...args];
  const words = mode === 'sentinel' ? [...args, '--sentinel', '--port', `${port}`] : common;
  const server = new ServerProcess([program, ...words], folder);
  const begin = async () => {
    server.start();
    await untilReady('Redis', server, () => answers(port));
  };
  await begin();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    stop: () => server.end('SIGTERM'),
    kill: () => server.end('SIGKILL'),
    restart: begin,
    close: async () => {
      await server.end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** True if a server answers, if only with a demand for a password; not while it loads its data. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const give = (isReady: boolean) => {
      socket.destroy();
      resolve(isReady);
    };
    socket.setTimeout(2_000, () => give(false));
    socket.on('error', () => give(false));
    socket.on('close', () => give(false));
    socket.on('data', (bytes) => give(/^(\+PONG|-NOAUTH)/.test(bytes.toString())));
  });
}
