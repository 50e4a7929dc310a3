/** What a run of the protocol model should lead to: messages and verdicts as pure functions of what was read, and the chance that decides everything else. */

export const PARTITIONS = 2;
export const SHARDS = 4;
const ENTITIES = 3;
/** Links travel at most this far, so that a run ends. */
const MOST_HOPS = 3;

/** Where in its sender's log the cause of a message stands, as one number that sorts like (offset, ordinal, output). */
export type Cause = number;

/** The cause of the `output`-th message that the `ordinal`-th part of the record at `offset` led to. */
export const causeOf = (offset: number, ordinal: number, output = 0): Cause => offset * 1000 + ordinal * 10 + output;

/** An event or a link on its way to the shard of an entity. */
export interface Message {
  /** Names the message independently of what the protocol says about it. */
  readonly id: string;
  readonly shard: number;
  readonly entity: number;
  readonly body: number;
  readonly hops: number;
  /** Index of the topic partition whose record led to it: raw ones first, then those of the activity topic. */
  readonly sender: number;
  readonly cause: Cause;
}

/** The activity partition that carries a shard. */
export const partitionOf = (shard: number): number => shard % PARTITIONS;

/** The shards that an activity partition carries. */
export const shardsOf = (partition: number): readonly number[] => range(SHARDS).filter((shard) => partitionOf(shard) === partition);

/** The numbers from 0 to below `end`. */
export const range = (end: number): number[] => Array.from({ length: end }, (_, index) => index);

/** One number out of several; the order matters. */
export function mix(...parts: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const part of parts) {
    hash = Math.imul(hash ^ part, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}

/** Chance from a seed: the same seed gives the same run. */
export class Chance {
  private state: number;
  constructor(seed: number) {
    this.state = mix(seed, 1);
  }

  /** A number from 0 to below `end`. */
  below(end: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    return mix(this.state) % end;
  }

  /** True in so many of a hundred cases. */
  percent(share: number): boolean {
    return this.below(100) < share;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }
}

/** The messages that a raw record leads to: none to five, often several for one shard; some events obtain an entity, which a link tells. */
export function messagesOf(seed: number, partition: number, offset: number): readonly Message[] {
  const roll = mix(seed, partition, offset);
  const home = mix(roll, 1) % SHARDS;
  const messages: Message[] = [];
  const add = (shard: number): void => {
    const ordinal = messages.length;
    const body = mix(roll, 2, ordinal);
    const id = `raw ${partition}:${offset}:${ordinal}`;
    messages.push({ id, shard, entity: body % ENTITIES, body, hops: 0, sender: partition, cause: causeOf(offset, ordinal) });
  };
  for (const event of range(roll % 4)) {
    add(mix(roll, 3, event) % 2 === 0 ? home : mix(roll, 4, event) % SHARDS);
    if (mix(roll, 5, event) % 4 === 0) add(mix(roll, 6, event) % SHARDS);
  }
  return messages.slice(0, 5);
}

/** A link as the judgement has it, before anybody names its sender and cause. */
export type Path = Pick<Message, 'id' | 'shard' | 'entity' | 'body' | 'hops'>;

/** What one message leads to. */
export interface Verdict {
  /** State of the entity afterwards; depends on all messages before and on their order. */
  readonly state: number;
  /** What an alert says, if there is one; it bears the id of the message. */
  readonly alert: number | undefined;
  /** At most two links, possibly both to the same shard, possibly its own. */
  readonly paths: readonly Path[];
}

/** Judges a message by the state of its entity. */
export function judge(before: number, message: Message): Verdict {
  const roll = mix(before, message.body);
  const count = message.hops === MOST_HOPS ? 0 : [0, 0, 0, 1, 1, 2][roll % 6];
  const paths = range(count as number).map((output): Path => {
    const body = mix(roll, 7, output);
    const shard = mix(roll, 8, output % (1 + (roll & 1))) % SHARDS;
    return { id: `${message.id}>${output}`, shard, entity: body % ENTITIES, body, hops: message.hops + 1 };
  });
  return { state: mix(roll, 9), alert: mix(roll, 10) % 3 === 0 ? mix(roll, 11) : undefined, paths };
}
