import { LocalFleet } from '../behaviour/fleet.ts';
import { activeCell, FIRST } from '../behaviour/hazards.ts';
import { restoreLocal } from '../behaviour/pack-fleet.ts';
import { type FleetView, SPAN } from '../behaviour/picture.ts';
import { DAILY } from '../behaviour/report.ts';
import { BUCKETS, STRATA } from '../behaviour/strata.ts';
import { budgetOf, loadConfig } from '../config.ts';
import { SCORE_STEPS, WEEKLY_STEPS } from '../memory/conduct.ts';
import type { BaselineOptions } from './baseline.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { Mistake } from './mistake.ts';
import { countText } from './quantities.ts';
import { readState } from './state.ts';

/** Prints how all identities of a state file stand together: watched, thresholds, budget. Throws a Mistake if the file holds no fleet. */
export async function baselineStatus({ state, config }: BaselineOptions & { readonly config?: string }): Promise<ExitCode> {
  const local = new LocalFleet(budgetOf(loadConfig({ file: config })));
  let hasFleet = false;
  const entities = await readState(
    state,
    () => undefined,
    (packed) => {
      hasFleet = true;
      restoreLocal(packed, local);
    },
  );
  if (!hasFleet) throw new Mistake('--state: the file holds no fleet: it was saved by an older version; learn anew and save it again');
  for (const line of statusLines(local.latest, entities)) process.stdout.write(`${line}\n`);
  return EXIT.done;
}

function statusLines(view: FleetView, entities: number): readonly string[] {
  const { identityDays, pages, budget, settled, isCalibrated, neededDays } = view;
  const observed = identityDays === 0 ? 0 : pages / identityDays;
  return [
    `entities\t${countText(entities)}`,
    `event time\t${new Date(view.span * SPAN).toISOString()}`,
    `identity-days of two weeks\t${countText(identityDays)}`,
    `thresholds\t${isCalibrated ? 'in force' : `not yet: ${countText(neededDays)} identity-days are needed, rules decide until then`}`,
    `page\tabove ${(view.page.daily / SCORE_STEPS).toFixed(2)} on a day, ${(view.page.weekly / WEEKLY_STEPS).toFixed(1)} in a week`,
    `digest\tabove ${(view.digest.daily / SCORE_STEPS).toFixed(2)} on a day, ${(view.digest.weekly / WEEKLY_STEPS).toFixed(1)} in a week`,
    `identities of two weeks above the page threshold\t${countText(view.above(DAILY, view.page.daily))} of ${countText(view.above(DAILY, -1))}`,
    `pages of two weeks\t${countText(pages)}`,
    `observed / budget\t${(observed / budget.page).toFixed(2)}`,
    `pages left for now\t${view.hasPagesLeft ? 'yes' : 'no: the day used up the budget of three, its pages go to the digest'}`,
    `pairs of peers and values\t${countText(settled.pairs)}${settled.refused > 0 ? `, ${countText(settled.refused)} refused for want of room` : ''}`,
    ...STRATA.map((name, stratum) => `watched: ${name}\t${countText(Math.round(watched(view, stratum)))} identity-days, faded`),
  ];
}

function watched({ hazards }: FleetView, stratum: number): number {
  return Array.from({ length: BUCKETS }, (_, bucket) => hazards.active(activeCell(FIRST, stratum, bucket))).reduce(
    (sum, each) => sum + each,
    0,
  );
}
