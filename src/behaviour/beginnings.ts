/** What an identity begins with, told to its peers: what many begin with at once is a roll-out, or a cluster that moves. */
import { DIMENSIONS } from '../core/question.ts';
import type { Memory } from '../memory/memory.ts';
import { WINDOW_DAYS } from '../memory/values.ts';
import { type EventValues, NETWORK, questionNumber } from './dimensions.ts';
import { type Groups, peerValue } from './groups.ts';
import type { Draft } from './report.ts';
import type { Novelty } from './surprise.ts';

/**
 * Drafts what an event begins with. Of one that stands out (`standsOut`) only where it comes from, if nothing else is new: it may be one of many that move. One
 * identity alone makes nothing usual.
 */
export function begin(
  fresh: readonly Novelty[],
  groups: Groups,
  values: EventValues,
  { memory, standsOut, draft }: { readonly memory: Memory; readonly standsOut: boolean; readonly draft: Draft },
): void {
  const moves = fresh.length === 1 && fresh[0]?.aspect === NETWORK;
  if (fresh.length === 0 || (standsOut && !moves)) return;
  const value = (aspect: number) => peerValue(aspect, values.keys[aspect] as number);
  const others = fresh.filter(({ aspect }) => aspect < DIMENSIONS.length && aspect !== NETWORK).map(({ aspect }) => value(aspect));
  const isNews = fresh.some(({ aspect }) => aspect === NETWORK) && !wasTold(memory, values);
  draft.beginning = { groups, network: isNews ? value(NETWORK) : undefined, others };
}

/**
 * Tells what was drafted. What a grave event begins with teaches nobody, as it does not teach the identity; but a network is told once, for a cluster may move to
 * where each of its identities is grave.
 */
export function tellBeginning(draft: Draft, isGrave: boolean): void {
  const { beginning } = draft;
  if (beginning === undefined) return;
  draft.beginning = undefined;
  const { groups, network, others } = beginning;
  const begun = [...(isGrave ? [] : others), ...(network === undefined ? [] : [network])];
  if (begun.length > 0) draft.introductions.push({ groups, settled: [], begun });
}

/** Of a grave event, which is not learned: notes that the identity came from a network, so that it counts there once. */
export function noteNetwork(memory: Memory, values: EventValues, age: number): void {
  if ((values.places[NETWORK] as number) >= 0 || age >= WINDOW_DAYS || wasTold(memory, values)) return;
  memory.values.add(values.keys[NETWORK] as number, toldMark(values), age, undefined);
}

const TOLD = questionNumber('begun-network');

function wasTold(memory: Memory, values: EventValues): boolean {
  return memory.values.find(values.keys[NETWORK] as number, toldMark(values)) >= 0;
}

function toldMark({ marks }: EventValues): number {
  return ((TOLD << 16) | ((marks[NETWORK] as number) & 0xffff)) >>> 0;
}
