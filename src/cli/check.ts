import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Detection } from '../core/detection.ts';
import type { Source } from '../core/source.ts';
import { staleFiles } from './generated.ts';
import { isCheckout } from './package-root.ts';
import { readJsonLines, readStory, type StoryLine } from './story-file.ts';
import { declarationFaults, pageFaults, readmeFaults, realAddresses, sourceFaults, storyFaults } from './unit-laws.ts';
import { loadUnits, type Unit, type Units } from './units.ts';

/** Something to put right: where (path relative to the root, with line if it has one) and what, in one sentence. */
export interface Problem {
  readonly where: string;
  readonly what: string;
}

/** A detection's story as it is handed to whoever plays it. */
export interface Story {
  readonly detection: Detection;
  /** Relative to the root, for messages. */
  readonly path: string;
  readonly lines: readonly StoryLine[];
}

export interface CheckOptions {
  /** Folder of the package. */
  readonly root: string;
  /** Plays a story through the pipeline and tells on which lines the verdicts differ. Absent: stories are read, not played. */
  readonly play?: (story: Story) => readonly Problem[] | Promise<readonly Problem[]>;
}

/** What was checked, and what is wrong with it. */
export interface Checked {
  readonly detections: number;
  readonly sources: number;
  readonly storyLines: number;
  readonly problems: readonly Problem[];
}

/** Checks every unit of the package: declaration, page, story, samples; in a checkout also that generated files are current. */
export async function check({ root, play }: CheckOptions): Promise<Checked> {
  const units = await loadUnits(root);
  const known = new Set(units.detections.map(({ declared }) => declared.id));
  const problems: Problem[] = units.unloadable.map(({ path, reason }) => ({ where: path, what: `cannot be loaded: ${reason}` }));
  let storyLines = 0;
  for (const unit of units.detections) {
    const { lines, found } = checkStory(root, unit, known);
    storyLines += lines.length;
    problems.push(...checkDetection(root, unit), ...found);
    if (play !== undefined && lines.length > 0) {
      problems.push(...(await play({ detection: unit.declared, path: `${unit.path}/story.jsonl`, lines })));
    }
  }
  for (const unit of units.sources) problems.push(...checkSource(root, unit));
  problems.push(...checkGenerated(root, units));
  return { detections: units.detections.length, sources: units.sources.length, storyLines, problems };
}

function checkDetection(root: string, { declared, folder, path }: Unit<Detection>): readonly Problem[] {
  return [
    ...at(`${path}/detection.ts`, declarationFaults(declared, folder)),
    ...at(`${path}/README.md`, pageFaults(read(root, `${path}/README.md`))),
  ];
}

function checkStory(
  root: string,
  { declared, path }: Unit<Detection>,
  known: ReadonlySet<string>,
): { readonly lines: readonly StoryLine[]; readonly found: readonly Problem[] } {
  const where = `${path}/story.jsonl`;
  const text = read(root, where);
  if (text === '') return { lines: [], found: [{ where, what: 'is missing or empty' }] };
  const { lines, faults } = readStory(text);
  const found = [
    ...faults.map(({ line, what }) => ({ where: `${where}:${line}`, what })),
    ...at(where, storyFaults(declared.id, lines, known)),
    ...lines.flatMap(({ line, record }) => at(`${where}:${line}`, realAddresses(record).map(describeAddress))),
  ];
  return { lines, found };
}

function checkSource(root: string, { declared, folder, path }: Unit<Source>): readonly Problem[] {
  const where = `${path}/samples.jsonl`;
  const samples = readJsonLines(read(root, where));
  return [
    ...at(`${path}/source.ts`, sourceFaults(declared, folder)),
    ...at(`${path}/README.md`, readmeFaults(read(root, `${path}/README.md`))),
    ...(samples.length === 0 ? [{ where, what: 'is missing or empty' }] : []),
    ...samples.flatMap(({ line, value, fault }) =>
      at(`${where}:${line}`, fault === undefined ? realAddresses(value).map(describeAddress) : [fault]),
    ),
  ];
}

function checkGenerated(root: string, units: Units): readonly Problem[] {
  if (!isCheckout(root)) return [];
  return staleFiles(root, units).map((where) => ({ where, what: 'is not what the declarations want: run `npm run gen`' }));
}

function describeAddress(address: string): string {
  return `${address} is a public address: use 192.0.2.0/24, 198.51.100.0/24 or 203.0.113.0/24`;
}

function at(where: string, faults: readonly string[]): readonly Problem[] {
  return faults.map((what) => ({ where, what }));
}

function read(root: string, path: string): string {
  const full = join(root, path);
  return existsSync(full) ? readFileSync(full, 'utf8') : '';
}
