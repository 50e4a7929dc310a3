import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Kills the program when standard input ends, which it does when whoever started it dies in whatever way; its folder (`$1`, may be empty) then goes too.
 * The watch is gone before the shell is, or it would one day kill whoever has the program's number by then.
 */
const GUARD = [
  'folder=$1; shift; exec 3<&0',
  '"$@" </dev/null 3<&- & child=$!',
  '(read -r _ <&3; trap "" TERM; kill -9 $child 2>/dev/null; exit 0) & watch=$!',
  // Nobody may be left to read what the shell itself says, and to say it would be its end.
  'exec 3<&- >/dev/null 2>&1',
  "trap 'kill -TERM $child; wait $child; kill $watch 2>/dev/null; exit 0' TERM",
  'wait $child; code=$?; kill $watch 2>/dev/null',
  'if wait $watch && [ -n "$folder" ]; then rm -rf "$folder"; fi',
  'exit $code',
].join('\n');

/** A server process that does not outlive its starter. */
export class ServerProcess {
  private readonly words: readonly string[];
  private readonly folder: string;
  private guard: ChildProcess | undefined = undefined;
  private said = '';

  /** `words`: program and arguments. `folder`: its files, which do not outlive the starter either. */
  constructor(words: readonly string[], folder = '') {
    this.words = words;
    this.folder = folder;
  }

  /** What it printed last. */
  get lastWords(): string {
    return this.said;
  }

  get isRunning(): boolean {
    return this.guard !== undefined && this.guard.exitCode === null && this.guard.signalCode === null;
  }

  start(): void {
    const guard = spawn('sh', ['-c', GUARD, 'sh', this.folder, ...this.words], { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    const listen = (bytes: Buffer) => {
      this.said = `${this.said}${bytes.toString()}`.slice(-2_000);
    };
    guard.stdout.on('data', listen);
    guard.stderr.on('data', listen);
    guard.stdin.on('error', () => undefined);
    // Neither the process nor its pipes keep a test from ending.
    for (const held of [guard, guard.stdin, guard.stdout, guard.stderr])
      if ('unref' in held && typeof held.unref === 'function') held.unref();
    this.guard = guard;
  }

  /** Ends it with a signal to its whole group and waits. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { guard } = this;
    if (guard?.pid === undefined || !this.isRunning) return;
    guard.ref();
    const ended = new Promise<void>((resolve) => guard.once('exit', () => resolve()));
    try {
      process.kill(signal === 'SIGKILL' ? -guard.pid : guard.pid, signal);
    } catch {
      return;
    }
    const isEnded = await Promise.race([ended.then(() => true), sleep(20_000, false, { ref: false })]);
    if (!isEnded) process.kill(-guard.pid, 'SIGKILL');
  }
}

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Asks until the answer is yes. Rejects with the process's last words if it ends before, or after a minute. */
export async function untilReady(what: string, server: ServerProcess, isReady: () => Promise<boolean>): Promise<void> {
  for (let left = 1_200; left > 0; left--) {
    if (await isReady()) return;
    if (!server.isRunning) break;
    await sleep(50);
  }
  throw new Error(`${what} did not become ready: ${server.lastWords.trim().slice(-800)}`);
}
