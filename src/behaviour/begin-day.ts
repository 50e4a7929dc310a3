import type { Event } from '../core/event.ts';
import { FEATURES } from '../memory/conduct.ts';
import type { Memory } from '../memory/memory.ts';
import { DIMENSION_NUMBERS } from './dimensions.ts';
import { groupsOf, peerValue } from './groups.ts';
import { ANY, activeCell, FIRST, steadyCell } from './hazards.ts';
import type { FleetView } from './picture.ts';
import { release } from './quarantine.ts';
import { CALLS, callsFeature, isSteady } from './rates.ts';
import type { Draft } from './report.ts';
import { MEMBERS } from './rings.ts';
import { isSettled } from './settled.ts';
import { GROWN_UP } from './strata.ts';
import type { Standing } from './surprise.ts';
import { tell } from './tell.ts';

/** What an identity's own rate of news keeps from one active day to the next. */
const KEPT = 0.98;
const WEEK = 7;
const DIMENSION_COUNT = DIMENSION_NUMBERS.size;

/** The first event of an identity on a day: the fleet counts an identity-day, and once a week what the identity is used to. */
export function beginDay(event: Event, memory: Memory, standing: Standing, fleet: FleetView, draft: Draft): void {
  const { hazards } = fleet;
  const { conduct, stratum, bucket } = standing;
  conduct.begin(memory.day);
  conduct.note(0, 0);
  const group = activeCell(FIRST, stratum, bucket);
  for (let feature = 0; feature < FEATURES; feature++) {
    const expected = bucket >= GROWN_UP ? hazards.rate(group, feature === CALLS ? callsFeature(conduct) : feature) : 0;
    conduct.news[feature] = (conduct.news[feature] as number) * KEPT;
    conduct.expected[feature] = (conduct.expected[feature] as number) * KEPT + expected;
  }
  draft.day = conduct.day;
  draft.active = 1;
  draft.gain(group);
  if (isSteady(conduct)) draft.gain(steadyCell(group));
  draft.gain(activeCell(ANY, stratum, bucket));
  tell(conduct, fleet, draft);
  release(standing, fleet, draft);
  const week = Math.floor(memory.day / WEEK);
  if (week === conduct.peersWeek) return;
  conduct.peersWeek = week;
  draft.introductions.push({ groups: groupsOf(event), settled: [MEMBERS, ...settledValues(memory, standing)], begun: [] });
}

function settledValues(memory: Memory, { conduct }: Standing): number[] {
  const { values } = memory;
  const found: number[] = [];
  for (let index = 0; index < values.size; index++) {
    const dimension = ((values.marks[index] as number) >>> 16) - 1;
    if (dimension >= DIMENSION_COUNT || !isSettled(values.days[index] as number, memory, conduct)) continue;
    found.push(peerValue(dimension, values.keys[index] as number));
  }
  return found;
}
