import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '../ports/stream.ts';
import { Mistake } from './mistake.ts';

const TRIES = 3;

/** Asks a service a few times; one that does not answer is then a Mistake that says so. For verbs that people wait for. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let left = TRIES - 1; ; left--) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      if (left === 0) throw new Mistake(`${error.message}; check that it runs, and kafka.* and redis.* of the configuration`);
    }
    await sleep(1_000);
  }
}
