import { Unavailable } from '../../ports/stream.ts';
import { meaningOf, Unusable } from './errors.ts';
import { type Client, COMMAND_MILLIS, openClient, type RedisOptions } from './options.ts';

/** The client would go on in database 0 after this. */
const ASTRAY = /DB index|'select' command|SELECT is not allowed/i;
const CLOSE_MILLIS = 2_000;

/** One connection to Redis (to each node, in a cluster) that comes back by itself. */
export class Connection {
  private readonly client: Client;
  private readonly patience: number;
  /** What the connection suffered from last, until it stands again. */
  private trouble: unknown = undefined;
  private astray: unknown = undefined;
  private opening: Promise<void> | undefined = undefined;
  private isClosed = false;

  constructor(options: RedisOptions) {
    this.patience = options.commandMillis ?? COMMAND_MILLIS;
    this.client = openClient(options);
    const note = (error: unknown) => {
      this.trouble = error;
      if (error instanceof Error && ASTRAY.test(error.message)) this.astray = error;
    };
    this.client.on('error', note);
    this.client.on('node error', note);
    this.client.on('connect', () => {
      this.astray = undefined;
    });
    this.client.on('ready', () => {
      this.trouble = undefined;
    });
  }

  /** The client, connected. Rejects with the reason why it is not: at once while it waits to try again, else after the time for a command at most. */
  async ready(): Promise<Client> {
    if (this.isClosed) throw new Unavailable('Redis', 'the connection was closed');
    if (this.client.status !== 'ready') {
      this.opening ??= this.open().finally(() => {
        this.opening = undefined;
      });
      await this.opening;
    }
    if (this.astray !== undefined) throw new Unusable(`redis.database cannot be used: ${meaningOf(this.astray).message}`);
    if (this.client.status !== 'ready') throw this.reason();
    return this.client;
  }

  /** Runs a script by the name it was given to `define`. */
  define(name: string, lua: string): void {
    this.client.defineCommand(name, { lua });
  }

  /** Lets go of the connection; whoever still waits for an answer gets `Unavailable`. Takes two seconds at most. */
  async close(): Promise<void> {
    this.isClosed = true;
    const { status } = this.client;
    const isOpen = status === 'ready' || status === 'connect' || status === 'connecting';
    const ended = isOpen ? this.settled(['end'], CLOSE_MILLIS) : undefined;
    this.client.disconnect();
    await ended;
  }

  private async open(): Promise<void> {
    const { status } = this.client;
    if (status === 'wait' || status === 'end') this.client.connect().catch(() => undefined);
    else if (status !== 'connecting' && status !== 'connect') return;
    await this.settled(['ready', 'close', 'end'], this.patience);
  }

  private reason(): Error {
    const { status } = this.client;
    const isLate = status === 'connect' ? 'connected, but not ready: it may be loading its data' : `the connection is ${status}`;
    return meaningOf(this.trouble ?? new Error(isLate));
  }

  /** Resolves at the first of the events, or after so many milliseconds. */
  private settled(events: readonly string[], millis: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        for (const event of events) this.client.off(event, end);
        resolve();
      };
      const timer = setTimeout(end, millis);
      for (const event of events) this.client.on(event, end);
    });
  }
}
