import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../src/core/json.ts';
import { sources } from '../../src/sources/registry.gen.ts';
import { ALICE, CHECKOUT, DEEDS, recordOf } from './arbitrary-record.ts';
import { root } from './paths.ts';
import { readLines } from './samples.ts';

/** Records of every source: those of its samples file, and for the Kubernetes audit log one of each deed. */
export function sampleRecords(): ReadonlyMap<string, readonly JsonObject[]> {
  const all = new Map<string, readonly JsonObject[]>();
  for (const { id } of sources) {
    const file = join(root, 'src/sources', id, 'samples.jsonl');
    const samples = existsSync(file) ? readLines(file).map((line) => (line as { record: JsonObject }).record) : [];
    all.set(id, id === 'k8s-audit' ? [...samples, ...deeds()] : samples);
  }
  return all;
}

function deeds(): JsonObject[] {
  return [CHECKOUT, ALICE].flatMap((actor) => DEEDS.map((deed, i) => recordOf({ actor, deed, day: 4, minute: i }, `${actor.home}-${i}`)));
}
