import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '../ports/stream.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

const SHORTEST = 100;
const LONGEST = 5_000;

/** What keeps an effect from being tried for ever. */
export interface Patience {
  /** False once trying is pointless: the partition went to another worker, or the worker stops. */
  goesOn(): boolean;
  /** Called before each wait, so that the group does not think the worker dead. */
  heartbeat(): Promise<void>;
}

/**
 * Tries an effect until it succeeds or patience ends; waits between 0.1 and 5 seconds, longer each time, at random, so that workers do
 * not come back all at once. Undefined if patience ended. Rejects with whatever is no `Unavailable`.
 */
export async function persist<T>(effect: () => Promise<T>, patience: Patience, telemetry: Telemetry): Promise<T | undefined> {
  let away: string | undefined;
  for (let wait = SHORTEST; ; wait = Math.min(wait * 2, LONGEST)) {
    try {
      const result = await effect();
      if (away !== undefined) telemetry.note('available', { service: away });
      return result;
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      away = error.service;
      telemetry.note('unavailable', { service: error.service, reason: error.message });
    }
    if (!patience.goesOn()) return undefined;
    await patience.heartbeat();
    await sleep(wait * (0.5 + Math.random() / 2));
    if (!patience.goesOn()) return undefined;
  }
}
