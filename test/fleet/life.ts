/** A synthetic fleet lives day by day: raw audit and cloud records, honest ones and attacks. Its statistics follow baselines.md 6.1. */
import { ATTACKS, dripOf } from './attacks.ts';
import { type Actor, type App, CLUSTERS, type Habit, habitOf, makeApps, makePopulation, nodeOf, workloadOf } from './population.ts';
import { Random } from './random.ts';
import { type Made, midnight, recordOf } from './records.ts';
import { CLIENTS, ORDINARY, SENSITIVE } from './vocabulary.ts';

/** Days that a slow campaign takes. */
const DRIP_DAYS = 7;

/** What a fleet is made of. */
export interface FleetOptions {
  readonly seed: number;
  readonly days: number;
  /** 1: about 1,000 identities active a day. */
  readonly scale: number;
  /** Share of workloads that make up new clients without end. */
  readonly noisy?: number;
  /** Identities that do the strangest thing every day. */
  readonly flooders?: number;
  /** Days before the first attack. */
  readonly warmUp: number;
}

/** An attack of one identity on one day, to be scored in the shadow. */
export interface Attack {
  readonly kind: string;
  readonly actor: string;
  readonly records: readonly string[];
  /** How many of the day's records precede it. */
  readonly at: number;
}

export interface FleetDay {
  readonly day: number;
  /** In the order of time. */
  readonly records: readonly string[];
  readonly attacks: readonly Attack[];
  /** Campaigns whose records are among `records`: id of the record to the campaign. */
  readonly campaigns: ReadonlyMap<string, string>;
}

interface Stamped {
  readonly time: number;
  readonly text: string;
}

/** Inclination to news a day, by sort of identity. */
const NEWS = { workload: 0.006, node: 0.01, controller: 0.004, deployer: 0.12, person: 0.25, cloud: 0.005 } as const;
const HOUR = 3_600_000;

class Life {
  private readonly options: FleetOptions;
  private readonly random: Random;
  private readonly apps: App[];
  private actors: Actor[];
  private readonly drips: { actor: Actor; from: number; name: string }[] = [];
  private flooders: Actor[] = [];
  private count = 0;

  constructor(options: FleetOptions) {
    this.options = options;
    this.random = new Random(options.seed * 7919 + 13);
    this.apps = makeApps(this.random, Math.ceil(110 * options.scale));
    this.actors = makePopulation(this.random, this.apps, options.scale, options.noisy ?? 0);
    this.flooders = this.actors.filter(({ sort }) => sort === 'workload').slice(0, options.flooders ?? 0);
  }

  live(day: number): FleetDay {
    this.change(day);
    const stamped: Stamped[] = [];
    const campaigns = new Map<string, string>();
    for (const actor of this.actors) if (actor.born <= day && actor.dies > day) this.act(actor, day, stamped);
    this.campaign(day, stamped, campaigns);
    stamped.sort((a, b) => a.time - b.time);
    return {
      day,
      records: stamped.map(({ text }) => text),
      attacks: day < this.options.warmUp ? [] : this.attacks(day, stamped),
      campaigns,
    };
  }

  /** Releases, new nodes, moves, comings and goings. */
  private change(day: number): void {
    const { random, actors } = this;
    for (const app of this.apps) if (day >= app.nextRelease) this.release(app, day);
    for (const actor of [...actors]) {
      if (actor.sort === 'node' && random.chance(0.02) && actor.dies > day) {
        actor.dies = day;
        actors.push(nodeOf(random, actor.cluster, day));
      }
      if (actor.sort === 'workload' && random.chance(0.01)) actor.pool = random.below(3);
      if (actor.sort === 'workload' && random.chance(0.001)) actor.dies = day;
    }
    if (random.chance(0.3))
      actors.push(workloadOf(random, random.pick(this.apps), random.below(CLUSTERS.length), day, this.options.noisy ?? 0));
    this.actors = actors.filter(({ dies }) => dies >= day);
  }

  /** Half of the releases bring one to three calls, one in ten another client; clusters follow within three days. */
  private release(app: App, day: number): void {
    const { random } = this;
    app.nextRelease = day + 5 + Math.floor(-Math.log(1 - random.next()) * 20);
    const news = random.chance(0.5)
      ? Array.from({ length: 1 + random.below(3) }, () => habitOf(random, random.zipf(ORDINARY), app.namespace))
      : [];
    const client = random.chance(0.1) ? `${random.pick(CLIENTS)}-${random.below(400)}` : undefined;
    app.habits.push(...news);
    for (const actor of this.actors) {
      if (actor.app !== app) continue;
      for (const habit of news) actor.habits.push({ ...habit });
      if (client !== undefined) actor.client = client;
    }
  }

  private act(actor: Actor, day: number, into: Stamped[]): void {
    const { random } = this;
    if (!random.chance(worksOn(actor, day % 7 >= 5))) return;
    const isOffice = actor.sort === 'person' || actor.sort === 'deployer';
    const add = (made: Made) => this.put(actor, made, midnight(day) + (isOffice ? 9 + random.next() * 9 : random.next() * 24) * HOUR, into);
    const todays = actor.habits.filter(({ days }) => random.chance(days));
    const burst = actor.isBursty && random.chance(0.03) ? 3 : 1;
    for (const habit of todays) {
      for (let left = random.poisson((actor.rate * burst) / todays.length); left >= 0; left--) add(this.made(actor, habit));
    }
    this.actUnusually(actor, add);
  }

  private actUnusually(actor: Actor, add: (made: Made) => void): void {
    const { random } = this;
    if (random.chance(NEWS[actor.sort] * actor.propensity)) add(this.novel(actor));
    if (actor.isNoisy)
      for (let i = 0; i < 3; i++) add({ ...this.made(actor, random.pick(actor.habits)), client: `build-${random.below(1e9)}x` });
    if (actor.sort === 'workload' && random.chance(3e-4)) this.debug(actor, add);
  }

  private made(actor: Actor, { call, namespace, code }: Habit): Made {
    return { call, namespace, code, ...(actor.sort === 'node' && { name: 'x' }) };
  }

  /** Something new, of which people and pipelines do much: it often stays. */
  private novel(actor: Actor): Made {
    const { random } = this;
    const from = actor.sort === 'cloud' ? actor.habits.map(({ call }) => call) : random.chance(0.05) ? SENSITIVE : ORDINARY;
    const habit = habitOf(random, random.zipf(from), random.chance(0.7) ? actor.namespace : `team-${random.below(20)}`);
    if (random.chance(0.5)) actor.habits.push(habit);
    const client = random.chance(0.15) ? { client: `${random.pick(CLIENTS)}-${random.below(40)}` } : {};
    return { ...this.made(actor, habit), ...client };
  }

  /** Somebody looks after a workload with its own token: as an attacker would. */
  private debug(actor: Actor, add: (made: Made) => void): void {
    for (let i = 0; i < 4; i++)
      add({ call: this.random.pick(ORDINARY.slice(0, 60)), namespace: actor.namespace, code: 200, client: 'kubectl', ip: '198.51.100.20' });
  }

  private flood(): Made[] {
    const { random } = this;
    return Array.from({ length: 6 }, () => ({
      call: random.pick(SENSITIVE),
      namespace: `made-up-${random.below(1e6)}`,
      code: 403,
      client: `made-up-${random.below(1e6)}x`,
      ip: `203.0.${random.below(250)}.7`,
    }));
  }

  private put(actor: Actor, made: Made, time: number, into: Stamped[]): string {
    const id = `${this.options.seed}-${this.count++}-${this.random.below(1e9)}`;
    into.push({ time, text: recordOf(actor, made, time, id, this.random) });
    return id;
  }

  /** Some identities begin to be misused slowly. What the fleet's end would cut off is not begun. */
  private beginDrips(day: number): void {
    const { random, options } = this;
    for (let i = 0; i < random.poisson(0.25 * options.scale); i++) {
      const actor = random.pick(
        this.grown(['workload'], day).filter(({ habits }) => !habits.some(({ call }) => call.resource === 'secrets')),
      );
      if (actor !== undefined && day + DRIP_DAYS <= options.days) this.drips.push({ actor, from: day, name: `drip-${day}-${i}` });
    }
  }

  private campaign(day: number, into: Stamped[], campaigns: Map<string, string>): void {
    const { random, options } = this;
    if (day >= options.warmUp) this.beginDrips(day);
    for (const actor of day < options.warmUp ? [] : this.flooders) {
      for (const made of this.flood())
        campaigns.set(this.put(actor, made, midnight(day) + random.next() * 24 * HOUR, into), `flood ${actor.name}`);
    }
    for (const { actor, from, name } of this.drips) {
      if (day >= from + DRIP_DAYS || actor.dies <= day) continue;
      campaigns.set(this.put(actor, dripOf(actor), midnight(day) + random.next() * 24 * HOUR, into), name);
    }
  }

  private grown(sorts: readonly Actor['sort'][], day: number): Actor[] {
    const busy = new Set(this.drips.filter(({ from }) => day < from + 30).map(({ actor }) => actor));
    return this.actors.filter(
      (actor) =>
        sorts.includes(actor.sort) &&
        actor.born + 7 < day &&
        actor.dies > day &&
        !actor.isNoisy &&
        !busy.has(actor) &&
        !this.flooders.includes(actor),
    );
  }

  private attacks(day: number, around: readonly Stamped[]): Attack[] {
    const { random } = this;
    const found: Attack[] = [];
    for (const [kind, { on, deed }] of Object.entries(ATTACKS)) {
      const victims = this.grown(on, day).filter(({ habits }) => habits.length > 0);
      for (let i = 0; i < Math.ceil(2 * this.options.scale) && victims.length > 0; i++) {
        const actor = random.pick(victims);
        const begin = midnight(day) + (2 + random.next() * 21) * HOUR;
        const stamped: Stamped[] = [];
        for (const [index, made] of deed(actor, random).entries()) this.put(actor, made, begin + index * 4_000, stamped);
        const after = around.findIndex(({ time }) => time > begin);
        found.push({ kind, actor: actor.name, records: stamped.map(({ text }) => text), at: after < 0 ? around.length : after });
      }
    }
    return found.sort((a, b) => a.at - b.at);
  }
}

/** Chance that an identity is active on a day. */
function worksOn({ sort }: Actor, isWeekend: boolean): number {
  if (sort === 'person') return isWeekend ? 0.05 : 0.55;
  if (sort === 'deployer') return isWeekend ? 0.1 : 0.75;
  return 0.97;
}

/** The days of a fleet, one after the other. */
export function* fleetDays(options: FleetOptions): Generator<FleetDay> {
  const life = new Life(options);
  for (let day = 0; day < options.days; day++) yield life.live(day);
}
