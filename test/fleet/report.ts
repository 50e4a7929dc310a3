import { table } from '../support/report.ts';
import { BUDGETS, type Hits, type Reached, recallOf, type Spoken } from './tally.ts';
import type { Trial } from './trial.ts';

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

/** The tables of some trials, put together. */
export function report(trials: readonly Trial[], command: string): string {
  const reached = BUDGETS.map((_, index) => joined(trials.map((trial) => trial.reached[index] as Reached)));
  const identityDays = trials.reduce((sum, trial) => sum + trial.identityDays, 0);
  const records = trials.reduce((sum, trial) => sum + trial.records, 0);
  const seeds = trials.map(({ options }) => options.seed).join(', ');
  return [
    `\`${command}\`: seeds ${seeds}, ${records.toLocaleString('en-US')} raw records, ${identityDays.toLocaleString('en-US')} identity-days scored after 28 days of warming up, ${Math.min(...trials.map(({ microsPerRecord }) => microsPerRecord)).toFixed(0)} microseconds a record with the references. Attacks are scored in the shadow, each kind weighs the same.`,
    table(resultRows(reached, trials)),
    'All detections together, as findings of one identity on one day:',
    table(spokenRows(trials)),
    'Recall by kind of attack:',
    table(kindRows(reached)),
  ].join('\n\n');
}

function joinedKinds(all: readonly ReadonlyMap<string, Hits>[]): Map<string, Hits> {
  const kinds = new Map<string, Hits>();
  for (const each of all) {
    for (const [kind, { hits, all: count }] of each) {
      const tally = kinds.get(kind) ?? { hits: 0, all: 0 };
      kinds.set(kind, { hits: tally.hits + hits, all: tally.all + count });
    }
  }
  return kinds;
}

function joined(all: readonly Reached[]): Reached {
  const kinds = joinedKinds(all.map((each) => each.kinds));
  return {
    budget: all[0]?.budget ?? 0,
    identityDays: all.reduce((sum, each) => sum + each.identityDays, 0),
    falseAlerts: all.reduce((sum, each) => sum + each.falseAlerts, 0),
    worstDay: Math.max(...all.map(({ worstDay }) => worstDay)),
    kinds,
    campaigns: new Map(all.flatMap(({ campaigns }, index) => [...campaigns].map(([name, days]) => [`${index} ${name}`, days] as const))),
  };
}

function resultRows(reached: readonly Reached[], trials: readonly Trial[]): (string | number)[][] {
  const rows: (string | number)[][] = [['', ...reached.map(({ budget }) => `budget ${budget}`)]];
  rows.push([
    'observed / budget',
    ...reached.map(({ falseAlerts, budget, identityDays }) => `${(falseAlerts / budget / identityDays).toFixed(2)} (${falseAlerts})`),
  ]);
  rows.push(['most on one day', ...reached.map(({ worstDay }) => worstDay)]);
  rows.push([
    '**recall**',
    ...reached.map(({ kinds }) => {
      const { recall, within } = recallOf(kinds);
      return `**${percent(recall)}** ± ${(within * 100).toFixed(1)}`;
    }),
  ]);
  rows.push([
    'slow drips found (of them; days to the alert)',
    ...reached.map(({ campaigns }) => dripText([...campaigns].filter(([name]) => !name.includes('flood')).map(([, days]) => days))),
  ]);
  for (const [index, { name }] of (trials[0]?.references ?? []).entries()) {
    const mean = BUDGETS.map(
      (_, budget) => trials.reduce((sum, trial) => sum + (trial.references[index]?.recalls[budget] ?? 0), 0) / trials.length,
    );
    rows.push([`recall of ${name}, at exactly as many false alerts`, ...mean.map(percent)]);
  }
  return rows;
}

function dripText(days: readonly (number | undefined)[]): string {
  const found = days.filter((day) => day !== undefined).sort((a, b) => a - b);
  return found.length === 0 ? `0 of ${days.length}` : `${found.length} of ${days.length} (${found[found.length >> 1]})`;
}

function kindRows(reached: readonly Reached[]): (string | number)[][] {
  const kinds = [...(reached[0]?.kinds.keys() ?? [])].sort();
  return [
    ['kind', 'scored', ...reached.map(({ budget }) => `at ${budget}`)],
    ...kinds.map((kind) => [
      kind,
      reached[0]?.kinds.get(kind)?.all ?? 0,
      ...reached.map(({ kinds: each }) => percent((each.get(kind)?.hits ?? 0) / (each.get(kind)?.all ?? 1))),
    ]),
  ];
}

const MOST_VOICES = 6;

function spokenRows(trials: readonly Trial[]): (string | number)[][] {
  const rows: (string | number)[][] = [['findings', 'false ones per 1,000 identity-days', 'recall', 'false ones by detection']];
  for (const [index, { severity }] of (trials[0]?.spoken ?? []).entries()) {
    const all = trials.map((trial) => trial.spoken[index] as Spoken);
    const falseAlerts = all.reduce((sum, each) => sum + each.falseAlerts, 0);
    const identityDays = all.reduce((sum, each) => sum + each.identityDays, 0);
    const voices = new Map<string, number>();
    for (const each of all) for (const [voice, count] of each.voices) voices.set(voice, (voices.get(voice) ?? 0) + count);
    const told = [...voices].sort((a, b) => b[1] - a[1]).slice(0, MOST_VOICES);
    rows.push([
      `${severity} and above`,
      ((falseAlerts / identityDays) * 1_000).toFixed(2),
      percent(recallOf(joinedKinds(all.map(({ kinds }) => kinds))).recall),
      told.map(([voice, count]) => `${voice} ${count}`).join(', '),
    ]);
  }
  return rows;
}
