import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./worker.js', import.meta.url));

/** Worker processes that are killed, frozen and started again. */
export class Troupe {
  private readonly env: NodeJS.ProcessEnv;
  private readonly journal: string;
  private readonly dancers: (ChildProcess | undefined)[];
  private isOver = false;
  /** Ends that were nobody's wish, with what the worker said last. */
  readonly falls: string[] = [];
  private readonly felled = new Set<number>();
  starts = 0;

  constructor(size: number, env: NodeJS.ProcessEnv, journal: string) {
    this.env = env;
    this.journal = journal;
    this.dancers = new Array<ChildProcess | undefined>(size).fill(undefined);
  }

  get size(): number {
    return this.dancers.length;
  }

  /** Starts all that are not running; whoever ends is started again, as an orchestrator does. */
  start(): void {
    for (let place = 0; place < this.dancers.length; place++) if (this.dancers[place] === undefined) this.enter(place);
  }

  /** Sends a signal to a worker; false if it is not there. */
  signal(place: number, signal: NodeJS.Signals): boolean {
    const pid = this.dancers[place]?.pid;
    if (pid === undefined) return false;
    if (signal === 'SIGKILL' || signal === 'SIGTERM') this.felled.add(pid);
    try {
      return process.kill(pid, signal);
    } catch {
      return false;
    }
  }

  /** Ends all with SIGTERM; those that do not follow within ten seconds are killed and counted as falls. */
  async end(): Promise<void> {
    this.isOver = true;
    const running = this.dancers.filter((dancer) => dancer !== undefined);
    for (let place = 0; place < this.size; place++) this.signal(place, 'SIGCONT');
    for (let place = 0; place < this.size; place++) this.signal(place, 'SIGTERM');
    const late = sleep(12_000, 'late', { ref: false });
    for (const dancer of running) {
      const ended = new Promise<string>((resolve) => dancer.once('exit', () => resolve('ended')));
      if (dancer.exitCode === null && dancer.signalCode === null && (await Promise.race([ended, late])) === 'late') {
        this.falls.push(`worker ${dancer.pid} did not end on SIGTERM`);
        dancer.kill('SIGKILL');
      }
    }
  }

  private enter(place: number): void {
    this.starts++;
    const dancer = spawn(process.execPath, [program], { env: this.env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.dancers[place] = dancer;
    let last = '';
    dancer.stderr?.on('data', (bytes: Buffer) => {
      appendFileSync(this.journal, bytes);
      last = `${last}${bytes.toString()}`.slice(-600);
    });
    dancer.once('exit', (code, signal) => {
      if (!this.felled.has(dancer.pid ?? 0) && !this.isOver) this.falls.push(`worker ${dancer.pid} ended with ${code ?? signal}: ${last}`);
      this.dancers[place] = undefined;
      if (!this.isOver) setTimeout(() => this.dancers[place] ?? (this.isOver ? undefined : this.enter(place)), 500);
    });
  }
}
