import { EventValues } from '../../src/behaviour/dimensions.ts';
import { unseenMask } from '../../src/behaviour/habit.ts';
import { addressBook } from '../../src/cli/networks.ts';
import { type Alert, isChain } from '../../src/core/alert.ts';
import { type Severity, severityRank } from '../../src/core/detection.ts';
import type { Event } from '../../src/core/event.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { isLongRunning } from '../../src/core/operation.ts';
import { Panel } from '../../src/detections/panel.ts';
import { detections } from '../../src/detections/registry.gen.ts';
import { Calls } from '../../src/memory/calls.ts';
import { Memory } from '../../src/memory/memory.ts';
import { judge } from '../../src/pipeline.ts';
import { source } from '../../src/sources/k8s-audit/source.ts';
import type { Label, Recording } from './recording.ts';

/** A finding with all that was said in it. */
export interface Finding {
  severity: Severity;
  readonly identity: string;
  /** Labels of its evidence: names of attacks and look-alikes with steps; '' for an event without a label. */
  readonly evidence: Set<string>;
}

/** One step of an attack and what was made of it. */
export interface AttackStep {
  readonly attack: string;
  readonly step: number;
  /** Detections that spoke, with the severity of their first word. */
  readonly voices: Map<string, Severity>;
  /** For a step without a voice: how its events looked to the memory. */
  silence: string;
}

/** A recording judged cold. */
export interface Evaluation {
  readonly recording: string;
  readonly judged: number;
  readonly duplicates: number;
  readonly identityDays: number;
  readonly findings: readonly Finding[];
  readonly steps: readonly AttackStep[];
  readonly failed: readonly string[];
}

const NETWORKS = addressBook({ pods: [], nodes: [], cluster: [], egress: [], providers: [] });
const DAY = 86_400_000;

/** Judges a recording from its first event with empty memories and no configuration, and joins what is said with the labels. */
export function evaluate(recording: Recording): Evaluation {
  const run = new Run(recording);
  for (const line of recording.lines) run.take(JSON.parse(line) as JsonObject);
  return run.result();
}

class Run {
  private readonly recording: Recording;
  private readonly panel = new Panel(detections);
  private readonly calls = new Calls();
  private readonly memories = new Map<string, Memory>();
  private readonly values = new EventValues();
  private readonly identityDays = new Set<string>();
  private readonly findings = new Map<string, Finding>();
  private readonly steps = new Map<string, AttackStep>();
  private readonly failed = new Set<string>();
  private judged = 0;
  private duplicates = 0;

  constructor(recording: Recording) {
    this.recording = recording;
    for (const { label, attack, step: number } of recording.labels.values()) {
      if (label !== 'attack' || attack === undefined || number === undefined) continue;
      this.steps.set(`${attack} ${number}`, { attack, step: number, voices: new Map(), silence: 'not in the log' });
    }
  }

  take(body: JsonObject): void {
    const outcome = source.normalise(body, {}, { cluster: 'recording', address: NETWORKS });
    if (outcome.kind !== 'event') return;
    const { event } = outcome;
    if (this.calls.repeats(event.callHigh, event.callLow, isLongRunning(event.operation))) {
      this.duplicates++;
      return;
    }
    this.judged++;
    if (event.time >= this.recording.base) this.identityDays.add(`${event.actor.name} ${Math.floor(event.time / DAY)}`);
    const look = this.looks(event);
    this.judge(event);
    const own = this.stepOf(event);
    if (own !== undefined) own.silence = look;
  }

  private judge(event: Event): void {
    const done = judge(event, (entity) => this.memoryOf(entity), this.panel);
    for (const id of done.failed) this.failed.add(id);
    for (const alert of done.alerts) if (!isChain(alert)) this.note(alert);
  }

  private note(alert: Alert): void {
    const finding = this.findings.get(alert.uid) ?? { severity: 'info', identity: alert.identity.name, evidence: new Set() };
    finding.severity = alert.severity;
    this.findings.set(alert.uid, finding);
    for (const { detection, severity, event } of alert.signals) {
      const label = this.recording.labels.get(event.id);
      finding.evidence.add(markOf(label));
      const voices = this.stepOf(event)?.voices;
      if (voices !== undefined && !voices.has(detection)) voices.set(detection, severity);
    }
  }

  /** How an event looks to the memory of its actor, in words. */
  private looks(event: Event): string {
    const memory = this.memories.get(event.actor.entity);
    if (memory === undefined) return `first sight of ${event.actor.kind}`;
    if (!memory.learned(event.time)) return 'identity too young to have habits';
    this.values.read(event);
    const unseen = unseenMask(memory, this.values);
    return unseen === 0
      ? 'nothing new: operation, namespace, network, client and response were all seen before'
      : 'new, but no detection speaks of it';
  }

  private stepOf(event: Event): AttackStep | undefined {
    const label = this.recording.labels.get(event.id);
    return label?.label === 'attack' ? this.steps.get(`${label.attack} ${label.step}`) : undefined;
  }

  private memoryOf(entity: string): Memory {
    let memory = this.memories.get(entity);
    if (memory === undefined) {
      memory = new Memory();
      this.memories.set(entity, memory);
    }
    return memory;
  }

  result(): Evaluation {
    return {
      recording: this.recording.name,
      judged: this.judged,
      duplicates: this.duplicates,
      identityDays: this.identityDays.size,
      findings: [...this.findings.values()],
      steps: [...this.steps.values()].sort((a, b) => (a.attack === b.attack ? a.step - b.step : a.attack < b.attack ? -1 : 1)),
      failed: [...this.failed],
    };
  }
}

/** Attack steps begin with `A-`, look-alikes with `H-`; what an attack set off in the cluster is neither. */
function markOf(label: Label | undefined): string {
  if (label === undefined) return '';
  return label.label === 'attack-effect' ? `effect of ${label.attack}` : `${label.attack ?? label.id} ${label.step ?? ''}`.trim();
}

/** The figures the project is measured by. */
export interface Figures {
  readonly attacks: number;
  readonly attacksFound: number;
  readonly steps: number;
  readonly stepsFound: number;
  /** Findings of medium or above, all and per 1,000 identity-days. */
  readonly graveFindings: number;
  readonly gravePerThousand: number;
  /** Of these the ones whose evidence has no label at all, and how many of them are high or critical. */
  readonly unlabelled: number;
  readonly unlabelledPerThousand: number;
  readonly unlabelledHigh: number;
  /** Look-alikes in a finding of high or above that no attack is part of. */
  readonly lookAlikesHigh: readonly string[];
  readonly lookAlikesMedium: number;
  readonly allFindings: number;
}

/** Computes the figures. An attack is found if a finding of medium or above has one of its steps in evidence. */
export function figuresOf(evaluation: Evaluation): Figures {
  const found = new Set<string>();
  const grave = evaluation.findings.filter((finding) => severityRank(finding.severity) >= 2);
  for (const { evidence } of grave) for (const mark of evidence) if (mark.startsWith('A-')) found.add(mark.split(' ')[0] ?? '');
  const unlabelled = grave.filter(({ evidence }) => [...evidence].every((mark) => mark === ''));
  const lookAlikes = grave.filter(
    ({ evidence }) => ![...evidence].some((mark) => mark.startsWith('A-')) && [...evidence].some((mark) => mark.startsWith('H-')),
  );
  const perThousand = (count: number) => Math.round((count * 10_000) / evaluation.identityDays) / 10;
  return {
    attacks: new Set(evaluation.steps.map(({ attack }) => attack)).size,
    attacksFound: found.size,
    steps: evaluation.steps.length,
    stepsFound: evaluation.steps.filter(({ voices }) => voices.size > 0).length,
    graveFindings: grave.length,
    gravePerThousand: perThousand(grave.length),
    unlabelled: unlabelled.length,
    unlabelledPerThousand: perThousand(unlabelled.length),
    unlabelledHigh: unlabelled.filter(({ severity }) => severityRank(severity) >= 3).length,
    lookAlikesHigh: lookAlikes.filter(({ severity }) => severityRank(severity) >= 3).flatMap(({ evidence }) => [...evidence]),
    lookAlikesMedium: lookAlikes.filter(({ severity }) => severity === 'medium').length,
    allFindings: evaluation.findings.length,
  };
}
