import { KNOWN_TECHNIQUES } from '../alerting/attack.ts';
import { type Detection, SEVERITIES } from '../core/detection.ts';
import type { Source } from '../core/source.ts';
import { proseOf } from './detection-page.ts';
import type { StoryLine } from './story-file.ts';

const ATTACK_ID = /^T\d{4}(\.\d{3})?$/;
/** Two or more lower-case words joined by hyphens. */
export const UNIT_ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)+$/;
const KNOWN: ReadonlySet<string> = new Set(KNOWN_TECHNIQUES);
/** The same, begun with what a detection reads. */
export const DETECTION_ID = /^(k8s|aws|azure|gcp|cloud|eks)(-[a-z0-9]+)+$/;
export const PREFIXES = 'k8s-, aws-, azure-, gcp-, cloud- or eks-';
/** What a page tells the analyst, each in a section of its own. */
const SECTIONS: readonly RegExp[] = [/^What it sees$/, /^Why it matters$/, /^Benign twins?$/, /^Blind spots$/, /^Triage$/];
/** Units that a README's prose must have at least: less says nothing to an analyst. */
const LEAST_PROSE = 300;

/** What a declaration says wrongly, one sentence each; `folder` is the folder's name. */
export function declarationFaults(detection: Detection, folder: string): readonly string[] {
  return [
    ...idFaults(detection.id, folder),
    ...(!UNIT_ID.test(detection.id) || DETECTION_ID.test(detection.id) ? [] : [`id ${detection.id} does not begin with ${PREFIXES}`]),
    ...emptyLists(detection),
    ...attackFaults(detection.attack),
    ...detection.references.filter((url) => !url.startsWith('https://')).map((url) => `reference ${url} is no https address`),
    ...(detection.title.trim() === '' || detection.title.endsWith('.') ? ['title is empty or ends with a full stop'] : []),
    ...(Number.isInteger(detection.version) && detection.version >= 1 ? [] : ['version is not a whole number from 1 on']),
    ...(SEVERITIES.includes(detection.severity) ? [] : [`severity ${detection.severity} is not one of ${SEVERITIES.join(', ')}`]),
  ];
}

/** The same for a source. */
export function sourceFaults(source: Source, folder: string): readonly string[] {
  return [
    ...idFaults(source.id, folder),
    ...(source.planes.length === 0 ? ['planes is empty'] : []),
    ...(source.blindSpots.length === 0 ? ['blindSpots is empty: every log leaves something out'] : []),
  ];
}

function idFaults(id: string, folder: string): readonly string[] {
  const faults: string[] = [];
  if (id !== folder) faults.push(`id ${id} differs from its folder ${folder}`);
  if (!UNIT_ID.test(id)) faults.push(`id ${id} is not two or more lower-case words joined by hyphens`);
  return faults;
}

function emptyLists(detection: Detection): readonly string[] {
  const { planes, attack, rows, references, benignTwins, blindSpots, nextSteps } = detection;
  const lists = { planes, attack, rows, references, benignTwins, blindSpots, nextSteps };
  return Object.entries(lists)
    .filter(([, items]) => items.length === 0 || items.some((item) => item.trim() === ''))
    .map(([name]) => `${name} is empty or has an empty entry`);
}

function attackFaults(ids: readonly string[]): readonly string[] {
  const wrong = ids.filter((id) => !ATTACK_ID.test(id)).map((id) => `${id} is no ATT&CK technique id`);
  const unknown = ids
    .filter((id) => ATTACK_ID.test(id) && !KNOWN.has(id))
    .map((id) => `${id} is not in the table of src/alerting/attack.ts`);
  return [...wrong, ...unknown];
}

/** What a README lacks. */
export function readmeFaults(readme: string): readonly string[] {
  if (readme === '') return ['is missing'];
  return proseOf(readme).length < LEAST_PROSE ? [`has less than ${LEAST_PROSE} characters of prose beside the generated head`] : [];
}

/** What the README of a detection lacks. */
export function pageFaults(readme: string): readonly string[] {
  if (readme === '') return readmeFaults(readme);
  const sections = proseOf(readme).split(/^## /m).slice(1);
  const titles = sections.map((section) => section.split('\n', 1)[0]?.trim() ?? '');
  const missing = SECTIONS.filter((title) => !titles.some((each) => title.test(each)));
  const empty = sections.filter((section, i) => section.trim() === titles[i]);
  return [
    ...readmeFaults(readme),
    ...missing.map((title) => `lacks the section \`## ${title.source.replace(/[\^$?]/g, '')}\``),
    ...empty.map((section) => `section \`## ${section.trim()}\` is empty`),
  ];
}

/** What a story as a whole lacks; `known` are the ids of all detections. */
export function storyFaults(id: string, lines: readonly StoryLine[], known: ReadonlySet<string>): readonly string[] {
  const faults: string[] = [];
  if (!lines.some(({ expect }) => expect?.includes(id) === true)) faults.push(`no line expects ${id}`);
  if (!lines.some(({ near }) => near !== undefined))
    faults.push('no line says `near`: a record that looks like the attack and stays quiet');
  for (const { line, expect = [], near } of lines) {
    for (const name of expect) if (!known.has(name)) faults.push(`line ${line} expects ${name}, which does not exist`);
    if (near !== undefined && expect.includes(id)) faults.push(`line ${line} is near and expected at once`);
  }
  return faults;
}

/** Public IPv4 addresses that stand alone in a record: those of real people; only documentation ranges are allowed. */
export function realAddresses(value: unknown): readonly string[] {
  if (typeof value === 'string') return isRealAddress(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(realAddresses);
}

function isRealAddress(text: string): boolean {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(:\d+)?$/.exec(text);
  if (match === null) return false;
  const [a = 0, b = 0, c = 0] = match.slice(1, 4).map(Number);
  return !(isDocumentation(a, b, c) || isPrivate(a, b));
}

/** RFC 5737, and the benchmark range of RFC 2544. */
function isDocumentation(a: number, b: number, c: number): boolean {
  if (a === 198 && (b === 18 || b === 19)) return true;
  return (a === 192 && b === 0 && c === 2) || (a === 198 && b === 51 && c === 100) || (a === 203 && b === 0 && c === 113);
}

/** RFC 1918, 6598, loopback, link-local, unspecified, broadcast and multicast. */
function isPrivate(a: number, b: number): boolean {
  if (a === 10 || a === 127 || a === 0 || a >= 224) return true;
  if (a === 172) return b >= 16 && b <= 31;
  if (a === 100) return b >= 64 && b <= 127;
  return (a === 192 && b === 168) || (a === 169 && b === 254);
}
