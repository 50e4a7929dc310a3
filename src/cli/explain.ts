import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { printable } from '../alerting/escape.ts';
import { toText } from '../alerting/formats/text.ts';
import { eventUid } from '../alerting/wording.ts';
import { type Config, loadConfig } from '../config.ts';
import { isChain, type Outgoing } from '../core/alert.ts';
import { type Detection, defineDetection } from '../core/detection.ts';
import type { Event } from '../core/event.ts';
import type { Signal } from '../core/message.ts';
import { habit, unusual } from '../core/question.ts';
import { flagLayer, networksLayer } from './config-layers.ts';
import { DEMO_NETWORKS } from './demo.ts';
import type { ExitCode } from './exit-codes.ts';
import { EXIT } from './exit-codes.ts';
import { eventText, type Insight } from './explain-text.ts';
import { watchInterrupts } from './interrupt.ts';
import { judgeLogs, type Parts } from './judging.ts';
import { Mistake } from './mistake.ts';
import { packageRoot } from './package-root.ts';
import { progressLine } from './progress.ts';
import { loadState } from './state.ts';

/** Options of `turncoat explain`, as typed. */
export interface ExplainOptions {
  readonly cluster?: string;
  readonly networks?: string;
  readonly config?: string;
  readonly state?: string;
}

/** The beginning of an id must be so long to be taken for the whole. */
const LEAST_ID = 8;

/**
 * Judges logs once more and tells in full what was made of one event, or of the events of one finding. `id`: of the call or of the finding, or its
 * beginning. Without paths the recording of the demo is read. Throws a Mistake if asked wrongly or if nothing of that id is in the logs.
 */
export async function explain(id: string, paths: readonly string[], options: ExplainOptions, parts: Parts): Promise<ExitCode> {
  if (id.length < LEAST_ID) throw new Mistake(`${printable(id)} is too short for an id; give at least ${LEAST_ID} characters`);
  const inputs = paths.length > 0 ? paths : [demoRecording()];
  const config = configOf(paths, options);
  const progress = progressLine(process.stderr);
  const interrupt = watchInterrupts(() => progress.hide());
  const color = process.stdout.isTTY === true && process.stdout.hasColors();
  const witness = new Witness(id, { color, width: Math.min(process.stdout.columns || 100, 160) }, parts);
  try {
    const memory = parts.memory();
    const fleet = parts.fleet(config);
    if (options.state !== undefined) await loadState(options.state, memory, fleet);
    const render = (alert: Outgoing) => witness.alert(alert);
    const judged = await judgeLogs({ inputs, config, memory, fleet, render, progress, interrupt, output: process.stdout, witness }, parts);
    if (judged.code !== undefined) return judged.code;
    if (witness.told === 0)
      throw new Mistake(`no call and no finding called ${printable(id)} in ${plainly(paths)}: are these the logs it came from?`);
    return EXIT.done;
  } finally {
    interrupt.release();
  }
}

function plainly(paths: readonly string[]): string {
  return paths.length === 0 ? 'the recording of the demo' : paths.map((path) => printable(path)).join(', ');
}

function configOf(paths: readonly string[], { cluster, networks, config }: ExplainOptions): Config {
  const asked = networks ?? (paths.length === 0 ? DEMO_NETWORKS : undefined);
  const flags = [
    ...(cluster === undefined ? [] : [flagLayer('--cluster', ['cluster'], cluster)]),
    ...(asked === undefined ? [] : [networksLayer(asked)]),
  ];
  return loadConfig({ file: config, flags });
}

/** The recording that comes with the program. Throws an Error if it is missing. */
export function demoRecording(): string {
  const recording = join(packageRoot(), 'src/cli/demo/recording.jsonl.gz');
  if (!existsSync(recording)) throw new Error(`the recording is missing from this installation: ${recording}`);
  return recording;
}

/** Looks on while logs are judged: what it sees of a call is what detections see, before anything is learned of it. */
export class Witness {
  /** Events and findings told so far. */
  told = 0;
  /** Sees every event; never speaks. */
  readonly detection: Detection;
  private readonly id: string;
  private readonly look: { readonly color: boolean; readonly width: number };
  private readonly parts: Parts;
  /** Of the event that is being judged, and of those whose alert may be the one asked for. */
  private latest: Insight | undefined = undefined;
  private insights = new Map<Event, string>();
  private text = '';

  constructor(id: string, look: Witness['look'], parts: Parts) {
    this.id = id.toLowerCase();
    this.look = look;
    this.parts = parts;
    this.detection = this.watching();
  }

  /** Told of every event once it was judged. */
  judged(event: Event, signals: readonly Signal[]): void {
    const insight = this.latest;
    this.latest = undefined;
    if (insight === undefined || insight.event !== event) return;
    const isAsked = this.isAsked(eventUid(event));
    if (!isAsked && signals.length === 0) return;
    const text = eventText(insight, signals, this.look);
    if (isAsked) this.text += text;
    else this.insights.set(event, text);
  }

  /** The text for an alert: the alert and its events in full if it is the one asked for. */
  alert(alert: Outgoing): string | undefined {
    if (!this.isAsked(alert.uid)) return undefined;
    this.told++;
    if (isChain(alert)) return `${toText(alert, this.parts.context, this.look)}\n`;
    const events = new Set(alert.signals.map(({ event }) => event));
    return [`${toText(alert, this.parts.context, this.look)}\n`, ...[...events].map((event) => `${this.insights.get(event) ?? ''}\n`)].join(
      '',
    );
  }

  /** What there is to print besides alerts; forgets what is over. */
  rest(): string {
    const { text } = this;
    if (text !== '') this.told++;
    this.text = '';
    this.insights.clear();
    return text === '' ? '' : `${text}\n`;
  }

  private isAsked(uid: string): boolean {
    return uid.toLowerCase().startsWith(this.id);
  }

  private watching(): Detection {
    return defineDetection({
      id: 'witness',
      title: 'Looks on',
      version: 1,
      planes: ['kubernetes', 'azure', 'aws', 'gcp'],
      severity: 'info',
      attack: [],
      rows: [],
      references: [],
      benignTwins: [],
      blindSpots: [],
      nextSteps: [],
      subject: 'actor',
      concerns: () => true,
      asks: { habit: habit(), unusual: unusual() },
      judge: (event, { habit: known, unusual: found }) => {
        for (const dimension of known.fresh) known.usual(dimension);
        this.latest = { event, habit: known, level: found.level, reasons: found.reasons() };
        return undefined;
      },
    });
  }
}
