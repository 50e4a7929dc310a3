/** Where the identities of labelled attacks and look-alikes rank among all identities of their day, on recordings of a real cluster, from empty memories. */
import type { EntityKey } from '../../src/core/identity.ts';
import { parseTime } from '../../src/core/time.ts';
import { type Label, readRecording } from '../support/recording.ts';
import { table } from '../support/report.ts';
import { type DayScore, Product } from './product.ts';

const DAY = 86_400_000;

/** An identity on a day on which something of a label happened with it. */
export interface Ranked {
  readonly what: string;
  readonly isAttack: boolean;
  readonly day: string;
  readonly entity: EntityKey;
  readonly score: number;
  /** 1: no identity scored higher that day. Those that tie share the better rank. */
  readonly rank: number;
  readonly of: number;
  /** Who scored higher, and what is known of them. */
  readonly higher: readonly string[];
  /** Above the threshold of pages in force at the end of the day. */
  readonly isPage: boolean;
}

/** Judges a recording cold. Undefined if it is not there. */
export function rankRecording(name: string): readonly Ranked[] | undefined {
  const recording = readRecording(name);
  if (recording === undefined) return undefined;
  const product = new Product();
  const found: Ranked[] = [];
  let today = 0;
  let labelled = new Map<string, { readonly label: Label; readonly entity: EntityKey }>();
  const endDay = () => {
    found.push(...ranksOf(product.endDay(), [...labelled.values()], today, product.thresholds()[PAGE]?.daily ?? 0));
    labelled = new Map();
  };
  for (const line of recording.lines) {
    const { stageTimestamp, auditID } = JSON.parse(line) as { stageTimestamp: string; auditID: string };
    const day = Math.floor(parseTime(stageTimestamp) / DAY);
    if (today !== 0 && day !== today) endDay();
    today = day;
    product.take(line);
    const label = recording.labels.get(auditID);
    const entity = label === undefined || label.label === 'attack-effect' ? undefined : product.entityOf(line);
    if (label !== undefined && entity !== undefined) labelled.set(`${label.attack ?? label.id} ${entity}`, { label, entity });
  }
  endDay();
  return found;
}

/** Place of 1e-3 among the budgets. */
const PAGE = 2;
const STEPS = 20;

function ranksOf(
  scores: ReadonlyMap<EntityKey, DayScore>,
  labelled: readonly { readonly label: Label; readonly entity: EntityKey }[],
  day: number,
  page: number,
): Ranked[] {
  const all = [...scores.values()].map(({ daily }) => daily);
  const known = new Map(labelled.map(({ label, entity }) => [entity, label.label === 'attack' ? 'an attack' : 'a look-alike'] as const));
  return labelled.map(({ label, entity }) => {
    const own = scores.get(entity)?.daily ?? 0;
    return {
      what: label.attack ?? label.id ?? '',
      isAttack: label.label === 'attack',
      day: new Date(day * DAY).toISOString().slice(0, 10),
      entity,
      score: own / STEPS,
      rank: 1 + all.filter((score) => score > own).length,
      of: all.length,
      higher: [...scores]
        .filter(([, { daily }]) => daily > own)
        .sort(([, a], [, b]) => b.daily - a.daily)
        .map(([other]) => `${other.split('/').slice(2).join('/')} (${known.get(other) ?? 'no label'})`),
      isPage: own > page,
    };
  });
}

/** The attacks of a recording with their best ranks, and what look-alikes came to. */
export function rankTable(name: string, ranked: readonly Ranked[]): string {
  const best = new Map<string, Ranked>();
  for (const each of ranked.filter(({ isAttack }) => isAttack)) {
    const known = best.get(each.what);
    if (known === undefined || each.rank / each.of < known.rank / known.of) best.set(each.what, each);
  }
  const lookAlikes = ranked.filter(({ isAttack }) => !isAttack);
  const rows = [...best.values()].map(({ what, entity, day, score, rank, of, higher }) => [
    what,
    entity.split('/').slice(2).join('/'),
    day,
    score.toFixed(1),
    `${rank} of ${of}`,
    higher.slice(0, 4).join(', ') + (higher.length > 4 ? `, ${higher.length - 4} more` : ''),
  ]);
  return [
    table([['attack', 'identity', 'best day', 'score', 'rank of the day', 'higher that day'], ...rows]),
    `${name}: ${lookAlikes.length} identity-days of look-alikes, ${lookAlikes.filter(({ isPage }) => isPage).length} above the threshold of pages, the highest at ${Math.max(...lookAlikes.map(({ score }) => score)).toFixed(1)}.`,
  ].join('\n\n');
}
