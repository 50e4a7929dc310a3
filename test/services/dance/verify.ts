import type { FormatContext } from '../../../src/alerting/formats/context.ts';
import type { EntityKey } from '../../../src/core/identity.ts';
import type { Settings } from '../../../src/core/settings.ts';
import type { Panel } from '../../../src/detections/panel.ts';
import type { Wire } from '../../../src/ports/wire.ts';
import { readMemories, readTopic, type Written } from './read-all.ts';
import { expectedMessages, expectedOutcome, type Lying, type MessageName, type Outcome } from './recompute.ts';

/** Where a run left its logs and its state, and how its workers judged. */
export interface Scene {
  readonly brokers: readonly string[];
  readonly redisUrl: string;
  readonly namespace: string;
  readonly raw: string;
  readonly activity: string;
  readonly alerts: string;
  readonly settings: Settings;
  readonly wire: Wire;
  /** Of the activity topic. */
  readonly partitions: number;
  readonly panel: Panel;
  readonly context: FormatContext;
}

/** Counts of what there was and what is wrong; all of `wrong` must be 0. */
export interface Verdict {
  readonly counts: Readonly<Record<string, number>>;
  readonly wrong: Readonly<Record<string, number>>;
  /** Some of what is wrong, in words. */
  readonly examples: readonly string[];
}

/** Reads everything back and compares it with what the raw log must lead to. */
export async function verify(scene: Scene): Promise<Verdict> {
  const raw = await readTopic(scene.brokers, scene.raw);
  const activity = await readTopic(scene.brokers, scene.activity);
  const alerts = await readTopic(scene.brokers, scene.alerts);
  const memories = await readMemories(scene.redisUrl, scene.namespace);
  return compare(scene, raw, activity, alerts, memories);
}

/** Compares what lies in the topics and the state with the recomputation. */
export function compare(
  scene: Scene,
  raw: readonly Lying[],
  activity: readonly Lying[],
  alerts: readonly Written[],
  memories: ReadonlyMap<number, ReadonlyMap<EntityKey, Uint8Array>>,
): Verdict {
  const findings = new Findings();
  const expected = expectedMessages(scene.raw, raw, scene.settings);
  const outcome = expectedOutcome(scene.activity, scene.partitions, activity, scene.wire, scene.panel, scene.context);
  for (const fault of outcome.faults) findings.note('log faults', fault);
  compareMessages(expected, outcome, scene.raw, findings);
  compareAlerts(outcome, alerts, findings);
  compareMemories(outcome, memories, findings);
  const entities = [...outcome.memories.values()].reduce((sum, shard) => sum + shard.size, 0);
  const counts = {
    'raw records': raw.length,
    messages: expected.size,
    'paths fed back': outcome.paths.size,
    'activity records': activity.length,
    'unreadable activity records': outcome.unreadable,
    entities,
    alerts: outcome.alerts.size,
    'alert copies': alerts.length - new Set(alerts.map(({ alert }) => alert)).size,
  };
  return { counts, wrong: findings.counts(), examples: findings.examples };
}

const KINDS = [
  'log faults',
  'messages lost',
  'messages never caused',
  'messages that differ',
  'paths lost',
  'alerts lost',
  'alerts never caused',
  'alerts that differ',
  'memories lost',
  'memories never caused',
  'memories that differ',
] as const;
type Kind = (typeof KINDS)[number];

class Findings {
  readonly examples: string[] = [];
  private readonly byKind = new Map<Kind, number>(KINDS.map((kind) => [kind, 0]));

  note(kind: Kind, example: string): void {
    const count = (this.byKind.get(kind) ?? 0) + 1;
    this.byKind.set(kind, count);
    if (count <= 3) this.examples.push(`${kind}: ${example}`);
  }

  counts(): Record<string, number> {
    return Object.fromEntries(this.byKind);
  }
}

function compareMessages(expected: ReadonlyMap<MessageName, string>, outcome: Outcome, raw: string, findings: Findings): void {
  for (const [name, picture] of expected) {
    const seen = outcome.seen.get(name);
    if (seen === undefined) findings.note('messages lost', name);
    else if (seen !== picture) findings.note('messages that differ', `${name}: ${seen} for ${picture}`);
  }
  for (const [name, picture] of outcome.seen) {
    if (name.startsWith(`${raw}/`) && !expected.has(name)) findings.note('messages never caused', name);
    else if (!name.startsWith(`${raw}/`) && outcome.paths.get(name) !== picture)
      findings.note('messages never caused', `${name}: ${picture}`);
  }
  for (const [name, picture] of outcome.paths) if (!outcome.seen.has(name)) findings.note('paths lost', `${name}: ${picture}`);
}

function compareAlerts(outcome: Outcome, alerts: readonly Written[], findings: Findings): void {
  const written = new Map<string, string>();
  for (const { alert = '', value, partition, offset } of alerts) {
    const text = Buffer.from(value ?? []).toString();
    const expected = outcome.alerts.get(alert);
    if (expected === undefined) findings.note('alerts never caused', `${alert} at ${partition}/${offset}`);
    else if (expected !== text) findings.note('alerts that differ', `${alert} at ${partition}/${offset}`);
    written.set(alert, text);
  }
  for (const alert of outcome.alerts.keys()) if (!written.has(alert)) findings.note('alerts lost', alert);
}

function compareMemories(outcome: Outcome, kept: ReadonlyMap<number, ReadonlyMap<EntityKey, Uint8Array>>, findings: Findings): void {
  for (const [shard, entities] of outcome.memories) {
    for (const [entity, expected] of entities) {
      const bytes = kept.get(shard)?.get(entity);
      if (bytes === undefined) findings.note('memories lost', `${shard} ${entity}`);
      else if (Buffer.compare(bytes, expected) !== 0) findings.note('memories that differ', `${shard} ${entity}`);
    }
  }
  for (const [shard, entities] of kept) {
    for (const entity of entities.keys()) {
      if (outcome.memories.get(shard)?.has(entity) !== true) findings.note('memories never caused', `${shard} ${entity}`);
    }
  }
}
