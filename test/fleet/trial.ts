/** A synthetic fleet judged by the product and by what a user would otherwise have. */
import type { Thresholds } from '../../src/behaviour/picture.ts';
import { type Severity, severityRank } from '../../src/core/detection.ts';
import type { EntityKey } from '../../src/core/identity.ts';
import { type FleetDay, type FleetOptions, fleetDays } from './life.ts';
import { type DayScore, Product } from './product.ts';
import { fieldsOf, type Reference, references } from './references.ts';
import { BUDGETS, countHit, type Reached, recallAtEqual, type Spoken } from './tally.ts';

/** Days for which the week's sum of an identity that was told of is not told. */
const WEEK = 7;
const TWO_WEEKS = 14;
/** Days above a threshold after which more of the same is not told: the rules of `assess.ts`. */
const STALE_DAYS = 3;
const SPOKEN: readonly Severity[] = ['low', 'medium', 'high'];

/** What came of a trial. */
export interface Trial {
  readonly options: FleetOptions;
  readonly records: number;
  readonly refused: number;
  readonly identityDays: number;
  readonly reached: readonly Reached[];
  readonly spoken: readonly Spoken[];
  /** Recall of the references at exactly the budget's false alerts, in the order of `BUDGETS`. */
  readonly references: readonly { readonly name: string; readonly recalls: readonly number[] }[];
  readonly microsPerRecord: number;
}

interface Judged {
  readonly kind: string;
  readonly score: DayScore;
  readonly others: readonly number[];
}

interface JudgedDay {
  readonly day: number;
  readonly thresholds: readonly Thresholds[];
  readonly scores: ReadonlyMap<EntityKey, DayScore>;
  readonly campaigns: ReadonlyMap<EntityKey, string>;
  readonly attacks: readonly Judged[];
}

/** A day on which an identity was above a threshold. */
interface Above {
  readonly day: number;
  readonly score: number;
  readonly isDaily: boolean;
}

class Counting {
  identityDays = 0;
  readonly reached = BUDGETS.map(
    (budget) => ({ budget, falseAlerts: 0, worstDay: 0, kinds: new Map(), campaigns: new Map() }) as Omit<Reached, 'identityDays'>,
  );
  readonly spoken = SPOKEN.map(
    (severity) => ({ severity, falseAlerts: 0, voices: new Map(), kinds: new Map() }) as Omit<Spoken, 'identityDays'>,
  );
  readonly attacks: { readonly kind: string; readonly others: readonly number[] }[] = [];
  readonly benign: number[][];
  private readonly begun = new Map<string, number>();
  /** Days on which identities were above a threshold. */
  private readonly above = BUDGETS.map(() => new Map<EntityKey, readonly Above[]>());

  constructor(others: number) {
    this.benign = Array.from({ length: others }, () => []);
  }

  day({ day, thresholds, scores, campaigns, attacks }: JudgedDay): void {
    this.identityDays += scores.size;
    for (const name of campaigns.values()) if (!this.begun.has(name)) this.begun.set(name, day);
    this.attacks.push(...attacks);
    for (const spoken of this.spoken) speak(spoken, scores, campaigns, attacks);
    for (const [index, reached] of this.reached.entries()) {
      const limits = thresholds[index] as Thresholds;
      const alerting = [...scores].filter(([entity, score]) => this.isAlert(index, entity, day, score, limits)).map(([entity]) => entity);
      const falseAlerts = alerting.filter((entity) => !campaigns.has(entity)).length;
      reached.falseAlerts += falseAlerts;
      reached.worstDay = Math.max(reached.worstDay, falseAlerts);
      for (const [entity, name] of campaigns) this.campaign(reached, name, day, alerting.includes(entity));
      for (const { kind, score } of attacks) countHit(reached.kinds, kind, score.daily > limits.daily || score.weekly > limits.weekly);
    }
  }

  private isAlert(index: number, entity: EntityKey, day: number, score: DayScore, { daily, weekly }: Thresholds): boolean {
    const above = this.above[index] as Map<EntityKey, readonly Above[]>;
    const before = (above.get(entity) ?? []).filter((each) => day - each.day < TWO_WEEKS);
    const now = { day, score: score.daily, isDaily: score.daily > daily };
    if (now.isDaily || score.weekly > weekly) above.set(entity, [...before, now]);
    if (!now.isDaily) return score.weekly > weekly && !before.some((each) => day - each.day < WEEK);
    return before.filter(({ isDaily }) => isDaily).length < STALE_DAYS || before.every((each) => each.score < score.daily);
  }

  private campaign(reached: Omit<Reached, 'identityDays'>, name: string, day: number, isAlert: boolean): void {
    const known = reached.campaigns.get(name);
    reached.campaigns.set(name, known ?? (isAlert ? day - (this.begun.get(name) ?? day) : undefined));
  }
}

function speak(
  spoken: Omit<Spoken, 'identityDays'>,
  scores: JudgedDay['scores'],
  campaigns: JudgedDay['campaigns'],
  attacks: readonly Judged[],
): void {
  const least = severityRank(spoken.severity);
  for (const [entity, { severity, voices }] of scores) {
    if (severity < least || campaigns.has(entity)) continue;
    spoken.falseAlerts++;
    const voice = [...voices].sort().join('+');
    spoken.voices.set(voice, (spoken.voices.get(voice) ?? 0) + 1);
  }
  for (const { kind, score } of attacks) countHit(spoken.kinds, kind, score.severity >= least);
}

/** Runs a fleet. `onDay` is told how far it has come. */
export function runTrial(options: FleetOptions, onDay: (day: number) => void): Trial {
  const product = new Product();
  const others = references();
  const counting = new Counting(others.length);
  let records = 0;
  const begun = performance.now();
  for (const day of fleetDays(options)) {
    const isScored = day.day >= options.warmUp;
    const thresholds = product.thresholds();
    const attacks = judgeDay(day, product, others, isScored ? counting.benign : undefined);
    records += day.records.length;
    const scores = product.endDay();
    if (isScored) counting.day({ day: day.day, thresholds, scores, campaigns: campaignsOf(day, product), attacks });
    onDay(day.day);
  }
  const { identityDays, reached } = counting;
  return {
    options,
    records,
    refused: product.refused,
    identityDays,
    reached: reached.map((each) => ({ ...each, identityDays })),
    spoken: counting.spoken.map((each) => ({ ...each, identityDays })),
    references: others.map(({ name }, index) => ({
      name,
      recalls: BUDGETS.map((budget) =>
        recallAtEqual(
          budget,
          counting.benign[index] ?? [],
          counting.attacks.map(({ kind, others: scores }) => ({ kind, score: scores[index] ?? 0 })),
        ),
      ),
    })),
    microsPerRecord: ((performance.now() - begun) * 1_000) / records,
  };
}

/** Plays a day to all, the attacks in the shadow where their time comes. */
function judgeDay(day: FleetDay, product: Product, others: readonly Reference[], benign: number[][] | undefined): Judged[] {
  const highest = others.map(() => new Map<string, number>());
  const judged: Judged[] = [];
  let next = 0;
  const playTo = (end: number) => {
    for (; next < end; next++) {
      const record = day.records[next] as string;
      product.take(record);
      const fields = fieldsOf(record);
      for (const [index, other] of others.entries()) {
        const score = other.take(fields, day.day);
        const known = highest[index] as Map<string, number>;
        known.set(fields.identity, Math.max(known.get(fields.identity) ?? 0, score));
      }
    }
  };
  for (const { at, kind, records } of day.attacks) {
    playTo(at);
    const fields = records.map(fieldsOf);
    const scores = others.map((other) => Math.max(...fields.map((each) => other.score(each, day.day))));
    judged.push({ kind, score: product.shadow(records), others: scores });
  }
  playTo(day.records.length);
  if (benign !== undefined) for (const [index, scores] of highest.entries()) benign[index]?.push(...scores.values());
  return judged;
}

/** Identities that are in a campaign today. */
function campaignsOf({ records, campaigns }: FleetDay, product: Product): ReadonlyMap<EntityKey, string> {
  const found = new Map<EntityKey, string>();
  if (campaigns.size === 0) return found;
  for (const record of records) {
    const from = record.indexOf('"auditID":"') + 11;
    const name = from < 11 ? undefined : campaigns.get(record.slice(from, record.indexOf('"', from)));
    const entity = name === undefined ? undefined : product.entityOf(record);
    if (name !== undefined && entity !== undefined) found.set(entity, name);
  }
  return found;
}
