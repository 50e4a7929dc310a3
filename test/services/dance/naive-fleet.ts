import { Fleet } from '../../../src/behaviour/fleet.ts';
import { LAG, Picture } from '../../../src/behaviour/picture.ts';
import type { Report } from '../../../src/behaviour/report.ts';
import { Tables } from '../../../src/behaviour/tables.ts';

const BUDGET = { page: 1e-3, digest: 1e-2 };

/** The fleet computed the naive way: all reports kept for ever, every picture summed up from the first. */
export class NaiveFleet {
  private readonly reports: { readonly span: number; readonly report: Report }[] = [];
  private readonly pictures = new Map<string, Picture>();

  /** The picture for events of a span; of a partition that was told no time yet, an empty one. */
  view(span: number, isTold: boolean): Picture {
    const name = `${span} ${isTold}`;
    let picture = this.pictures.get(name);
    if (picture === undefined) {
      picture = new Picture(isTold ? this.tablesOf(span - LAG) : new Tables(), BUDGET, span);
      this.pictures.set(name, picture);
    }
    return picture;
  }

  take(span: number, report: Report): void {
    this.reports.push({ span, report });
  }

  private tablesOf(upTo: number): Tables {
    const fleet = new Fleet();
    const counted = this.reports.filter(({ span }) => span <= upTo).sort((one, other) => one.span - other.span);
    for (const { span, report } of counted) {
      fleet.close(span - 1);
      fleet.take(span, report);
    }
    fleet.close(upTo);
    return fleet.tables;
  }
}
