import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Address } from '../../src/core/event.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { Settings } from '../../src/core/settings.ts';
import type { Hints, Source } from '../../src/core/source.ts';
import { root, shared } from './paths.ts';

/** One line of a samples file: a raw record and what its source must make of it. */
interface Sample {
  readonly record: JsonObject;
  readonly hints?: Hints;
  /** Part of the event; null stands for an absent member. */
  readonly event?: JsonObject;
  readonly ignored?: string;
  readonly rejected?: string;
  readonly note?: string;
}

/** Settings for sources under test: private addresses are `inside`, others `outside`, remembered by /24. */
export const sampleSettings: Settings = { cluster: 'samples', address: sampleAddress };

function sampleAddress(ip: string): Address {
  if (ip === '') return { ip, zone: 'unknown', network: '' };
  const [first = '', second = '', third = ''] = ip.split('.');
  const inside =
    first === '10' || (first === '192' && second === '168') || (first === '172' && Number(second) >= 16 && Number(second) < 32);
  return {
    ip,
    zone: inside ? 'inside' : 'outside',
    network: ip.includes(':') ? `${ip.slice(0, 9)}::/64` : `${first}.${second}.${third}.0/24`,
  };
}

/** Reads a file of JSON lines; blank lines are left out. */
export function readLines(file: string): unknown[] {
  const lines: unknown[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) if (line.trim() !== '') lines.push(JSON.parse(line));
  return lines;
}

/** Absolute path of a file in the shared fixtures, or undefined where they are not there. */
export function fixture(path: string): string | undefined {
  const file = shared === undefined ? undefined : join(shared, 'fixtures', path);
  return file !== undefined && existsSync(file) ? file : undefined;
}

/** Registers one test per line of a source's samples file (path from the repository's root). */
export function playSamples(source: Source, samplesFile: string): void {
  readLines(join(root, samplesFile)).forEach((line, index) => {
    const sample = line as Sample;
    test(`${source.id} sample ${index + 1}: ${sample.note ?? 'gives what its line says'}`, () => playSample(source, sample));
  });
}

function playSample(source: Source, sample: Sample): void {
  assert.ok(source.accepts(sample.record), 'the source does not recognise the record');
  const outcome = source.normalise(sample.record, sample.hints ?? {}, sampleSettings);
  const wanted = sample.ignored ?? sample.rejected;
  if (wanted !== undefined) {
    assert.equal(outcome.kind === 'event' ? 'an event' : outcome.reason, wanted);
    return;
  }
  assert.equal(outcome.kind, 'event', outcome.kind === 'rejected' ? outcome.detail : outcome.kind);
  assert.ok(sample.event !== undefined, 'a sample says event, ignored or rejected');
  if (outcome.kind === 'event') assertContains(outcome.event, sample.event, 'event');
}

/** Fails unless every member of `expected` is in `actual`, deeply; arrays must have the same length. */
export function assertContains(actual: unknown, expected: unknown, path: string): void {
  if (expected === null) {
    assert.equal(actual ?? null, null, `${path} should be absent`);
  } else if (Array.isArray(expected)) {
    assert.ok(Array.isArray(actual), `${path} should be an array`);
    assert.equal(actual.length, expected.length, `length of ${path}: ${JSON.stringify(actual)}`);
    for (let i = 0; i < expected.length; i++) assertContains(actual[i], expected[i], `${path}[${i}]`);
  } else if (typeof expected === 'object') {
    assert.ok(typeof actual === 'object' && actual !== null, `${path} should be an object, is ${JSON.stringify(actual)}`);
    for (const [key, value] of Object.entries(expected as JsonObject)) assertContains((actual as JsonObject)[key], value, `${path}.${key}`);
  } else {
    assert.deepEqual(actual, expected, path);
  }
}

/** What a source makes of many records: `stranger` (not recognised), `event`, or the reason why not; with how often. */
export function countOutcomes(source: Source, records: readonly JsonObject[]): { [outcome: string]: number } {
  const counts = new Map<string, number>();
  for (const record of records) {
    const outcome = source.accepts(record) ? source.normalise(record, {}, sampleSettings) : undefined;
    const word = outcome === undefined ? 'stranger' : outcome.kind === 'event' ? 'event' : outcome.reason;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}
