import type { Writable } from 'node:stream';
import { streamOutlet } from '../adapters/file/outlet.ts';
import type { FormatContext } from '../alerting/formats/context.ts';
import type { LocalFleet } from '../behaviour/fleet.ts';
import { type Config, issuersOf } from '../config.ts';
import type { Outgoing } from '../core/alert.ts';
import type { Detection } from '../core/detection.ts';
import type { Event } from '../core/event.ts';
import type { Signal } from '../core/message.ts';
import type { Settings } from '../core/settings.ts';
import type { Millis } from '../core/time.ts';
import type { Inlet, Piece } from '../ports/inlet.ts';
import type { Outlet } from '../ports/outlet.ts';
import type { Store } from '../ports/store.ts';
import type { Tally } from '../telemetry/tally.ts';
import type { ExitCode } from './exit-codes.ts';
import { EXIT } from './exit-codes.ts';
import type { Interrupt } from './interrupt.ts';
import { addressBook } from './networks.ts';
import type { Progress } from './progress.ts';
import { isReaderGone } from './standard-output.ts';
import type { Restorable, Savable } from './state.ts';

/** `dropped`: entities forgotten for want of room. */
export type LocalMemory = Store & Savable & Restorable & { readonly dropped: number };

/** Turns pieces into alerts: the worker, as far as the command line is concerned. */
export interface Judge {
  readonly tally: Tally;
  /** Identities seen so far. */
  readonly identities: number;
  /** What the logs read so far cannot show, as sentences. */
  readonly blindSpots: readonly string[];
  /** The largest step back in event time so far. */
  readonly disorder: Millis;
  take(piece: Piece): Promise<void>;
}

/** How far reading has come. `total` is 0 where it is not known. */
export type OnBytes = (read: number, total: number) => void;

/** Who looks on: as a detection that never speaks, and afterwards. */
export interface Onlooker {
  readonly detection: Detection;
  judged(event: Event, signals: readonly Signal[]): void;
  /** What there is to print after each piece; may be empty. */
  rest(): string;
}

/** What a judge works with besides what the program is made of. */
export interface JudgeParts {
  readonly settings: Settings;
  readonly memory: LocalMemory;
  readonly fleet: LocalFleet;
  readonly outlet: Outlet;
  readonly learnOnly: boolean;
  readonly witness: Onlooker | undefined;
}

/** What `main.ts` wires together for the verbs. */
export interface Parts {
  readonly context: FormatContext;
  memory(): LocalMemory;
  fleet(config: Config): LocalFleet;
  inlet(inputs: readonly string[], onBytes: OnBytes): Inlet;
  judge(judging: JudgeParts): Judge;
}

/** One run over some logs. */
export interface Run {
  readonly inputs: readonly string[];
  readonly config: Config;
  readonly memory: LocalMemory;
  readonly fleet: LocalFleet;
  /** Text of an alert, or undefined where it is not to be printed. */
  readonly render: (alert: Outgoing) => string | undefined;
  readonly progress: Progress;
  readonly interrupt: Interrupt;
  readonly output: Writable;
  /** Everything is taken as normal: nothing is judged, all is learned. */
  readonly learnOnly?: boolean;
  /** Looks on while events are judged. */
  readonly witness?: Onlooker;
}

/** What came of a run. */
export interface Judged {
  readonly tally: Tally;
  readonly identities: number;
  readonly blindSpots: readonly string[];
  readonly disorder: Millis;
  readonly seconds: number;
  /** Why it ended early, if it did. */
  readonly cut: string | undefined;
  /** The exit code, where the early end decides it. */
  readonly code: ExitCode | undefined;
}

/** Reads the inputs to their end, or to an interrupt or the end of the output's reader, and judges what it reads. */
export async function judgeLogs(run: Run, parts: Parts): Promise<Judged> {
  const { progress, interrupt } = run;
  const begun = performance.now();
  let failure: Error | undefined;
  const outlet = streamOutlet(run.output, {
    render: (alert) => {
      const text = run.render(alert);
      if (text !== undefined) progress.hide();
      return text;
    },
    onGone: (reason) => {
      failure = reason;
      interrupt.stop();
    },
  });
  const settings: Settings = { cluster: run.config.cluster, issuers: issuersOf(run.config), address: addressBook(run.config.networks) };
  const { memory, fleet, witness } = run;
  const judge = parts.judge({ settings, memory, fleet, outlet, learnOnly: run.learnOnly === true, witness });
  const inlet = parts.inlet(run.inputs, (bytes, total) => progress.show({ bytes, total, records: judge.tally.entries }));
  try {
    await inlet.read(async (piece) => {
      await judge.take(piece);
      const rest = witness?.rest() ?? '';
      if (rest === '') return;
      progress.hide();
      run.output.write(rest);
    }, interrupt.signal);
    await outlet.close();
  } finally {
    progress.hide();
  }
  const end = endOf(failure, interrupt);
  return {
    tally: judge.tally,
    identities: judge.identities,
    blindSpots: judge.blindSpots,
    disorder: judge.disorder,
    seconds: (performance.now() - begun) / 1_000,
    ...end,
  };
}

function endOf(failure: Error | undefined, interrupt: Interrupt): Pick<Judged, 'cut' | 'code'> {
  if (interrupt.code !== undefined) return { cut: 'interrupted', code: interrupt.code };
  if (failure === undefined) return { cut: undefined, code: undefined };
  if (isReaderGone(failure)) return { cut: 'the reader of standard output closed it', code: EXIT.done };
  return { cut: 'standard output cannot be written', code: EXIT.usage };
}
