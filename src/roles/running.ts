import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamHandler, StreamInlet } from '../ports/stream.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

/** A role as `running` needs it. */
export interface Role extends StreamHandler {
  /** Does what is due though nothing came in. */
  tick(): Promise<void>;
  /** Takes no more, then brings to an end what can be. */
  stop(): Promise<void>;
}

/** A role with the topics it reads. */
export interface Post {
  readonly name: string;
  readonly inlet: StreamInlet;
  readonly role: Role;
}

/** How often roles are asked whether something is due, in milliseconds. */
const TICK = 200;
/** Longest time an orderly end may take, in milliseconds; then the process ends as a crash would, which loses nothing. */
const LONGEST_END = 9_000;

/**
 * Runs roles until `stop` is aborted, then ends them in order: no more records, state written, offsets committed, group left. Rejects as soon as
 * one of them fails: nothing is mended in place, the process ends and is started again.
 */
export async function running(posts: readonly Post[], stop: AbortSignal, telemetry: Telemetry): Promise<void> {
  const leave = new AbortController();
  const reading = posts.map(({ inlet, role }) => inlet.run(role, leave.signal));
  const failed = Promise.all([...reading, ...posts.map(({ role }) => ticking(role, leave.signal))]).then(() => undefined);
  const stopped = aborted(stop);
  await Promise.race([failed, stopped]);
  telemetry.note('stopping', { roles: posts.map(({ name }) => name).join(',') });
  const ended = (async () => {
    await Promise.all(posts.map(({ role }) => role.stop()));
    leave.abort();
    await failed;
    return true;
  })();
  const isOrderly = await Promise.race([ended, sleep(LONGEST_END, false, { ref: false })]);
  if (!isOrderly) telemetry.note('cut-short', { seconds: LONGEST_END / 1_000 });
}

async function ticking(role: Role, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    await sleep(TICK, undefined, { signal: stop }).catch(() => undefined);
    if (!stop.aborted) await role.tick();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
