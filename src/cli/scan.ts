import { printable } from '../alerting/escape.ts';
import type { FormatContext } from '../alerting/formats/context.ts';
import { toOcsfText } from '../alerting/formats/ocsf.ts';
import { toText } from '../alerting/formats/text.ts';
import type { LocalFleet } from '../behaviour/fleet.ts';
import { packLocal } from '../behaviour/pack-fleet.ts';
import type { Config } from '../config.ts';
import { loadConfig } from '../config.ts';
import type { Outgoing } from '../core/alert.ts';
import type { Severity } from '../core/detection.ts';
import { severityRank } from '../core/detection.ts';
import { flagLayer, type Layer, networksLayer } from './config-layers.ts';
import type { ExitCode } from './exit-codes.ts';
import { EXIT } from './exit-codes.ts';
import { watchInterrupts } from './interrupt.ts';
import type { Judged, LocalMemory, Parts } from './judging.ts';
import { judgeLogs } from './judging.ts';
import { Mistake } from './mistake.ts';
import { progressLine } from './progress.ts';
import { plural } from './quantities.ts';
import { checkSavable, loadState, saveState } from './state.ts';
import { reaches, summaryText } from './summary.ts';

export type Format = 'json' | 'text';

/** Options of `turncoat scan`, as typed. */
export interface ScanOptions {
  readonly format?: Format;
  readonly minSeverity?: Severity;
  readonly cluster?: string;
  readonly networks?: string;
  readonly config?: string;
  readonly state?: string;
  readonly saveState?: string;
  readonly learnOnly?: boolean;
  readonly failOn?: Severity;
}

/** Judges the logs at `paths`: findings on standard output, summary on standard error. Throws a Mistake before reading anything if asked wrongly. */
export async function scan(paths: readonly string[], options: ScanOptions, parts: Parts): Promise<ExitCode> {
  checkOptions(options);
  const inputs = inputsOf(paths);
  const config = loadConfig({ file: options.config, flags: flagLayers(options) });
  if (options.saveState !== undefined) await checkSavable(options.saveState);
  const progress = progressLine(process.stderr);
  const interrupt = watchInterrupts(() => progress.hide());
  try {
    const memory = parts.memory();
    const fleet = parts.fleet(config);
    const notes = options.state === undefined ? [] : [await loadState(options.state, memory, fleet)];
    const render = renderer(options.format ?? usualFormat(), config, parts.context);
    const learnOnly = options.learnOnly === true;
    const judged = await judgeLogs(
      { inputs, config, memory, fleet, render, progress, interrupt, output: process.stdout, learnOnly },
      parts,
    );
    if (memory.dropped > 0) notes.push(`forgotten for want of room: ${plural(memory.dropped, 'entity', 'entities')} not seen for longest`);
    if (learnOnly) notes.push('learned only: everything in these logs was taken as normal');
    try {
      if (options.saveState !== undefined)
        notes.push(await keptState(options.saveState, judged, { memory, fleet }, options.state !== undefined));
    } finally {
      process.stderr.write(`${summaryText({ ...judged, minSeverity: config.minSeverity, notes, learnOnly })}\n`);
    }
    return codeOf(judged, options.failOn);
  } finally {
    interrupt.release();
  }
}

/** How an alert looks on standard output: an OCSF object on a line, or text; undefined below the least severity. */
export function renderer(format: Format, config: Config, context: FormatContext): (alert: Outgoing) => string | undefined {
  const least = severityRank(config.minSeverity);
  const color = process.stdout.isTTY === true && process.stdout.hasColors();
  const width = process.stdout.columns || 100;
  const write =
    format === 'json' ? (alert: Outgoing) => toOcsfText(alert, context) : (alert: Outgoing) => toText(alert, context, { color, width });
  return (alert) => (severityRank(alert.severity) < least ? undefined : `${write(alert)}\n`);
}

function usualFormat(): Format {
  return process.stdout.isTTY === true ? 'text' : 'json';
}

function checkOptions(options: ScanOptions): void {
  if (options.learnOnly !== true) return;
  if (options.saveState === undefined) throw new Mistake('--learn-only keeps nothing without --save-state; add --save-state FILE');
  if (options.failOn !== undefined)
    throw new Mistake('--learn-only prints no findings, so --fail-on cannot be used with it; leave one of them out');
}

function inputsOf(paths: readonly string[]): readonly string[] {
  if (paths.length > 0) return paths;
  if (process.stdin.isTTY === true) throw new Mistake('nothing to scan; name files or directories, or pipe a log into standard input');
  return ['-'];
}

function flagLayers(options: ScanOptions): Layer[] {
  const layers: Layer[] = [];
  if (options.cluster !== undefined) layers.push(flagLayer('--cluster', ['cluster'], options.cluster));
  if (options.minSeverity !== undefined) layers.push(flagLayer('--min-severity', ['minSeverity'], options.minSeverity));
  if (options.networks !== undefined) layers.push(networksLayer(options.networks));
  return layers;
}

interface Learned {
  readonly memory: LocalMemory;
  readonly fleet: LocalFleet;
}

/** An empty memory is not written: it would take the place of a good one that a run without input knows nothing about. */
async function keptState(file: string, { tally, cut }: Judged, { memory, fleet }: Learned, continued: boolean): Promise<string> {
  const notSaved = `state not saved to ${printable(file)}`;
  if (cut !== undefined) return `${notSaved}: the logs were not read to their end`;
  if (tally.judged === 0 && !continued) return `${notSaved}: nothing was judged`;
  const saved = await saveState(file, memory, packLocal(fleet));
  const unread = (tally.rejectedBy.get('unreadable') ?? 0) + (tally.rejectedBy.get('truncated') ?? 0);
  return unread === 0 ? saved : `${saved}; some input is missing from it, see rejected`;
}

function codeOf(judged: Judged, failOn: Severity | undefined): ExitCode {
  if (judged.code !== undefined) return judged.code;
  if (failOn !== undefined && reaches(judged.tally.findings, failOn)) return EXIT.found;
  return judged.tally.rejected > 0 ? EXIT.unread : EXIT.done;
}
