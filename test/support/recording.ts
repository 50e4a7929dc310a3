import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { root, shared } from './paths.ts';

/** What is known of one recorded call. */
export interface Label {
  readonly auditID: string;
  readonly label: 'attack' | 'attack-effect' | 'benign-hard';
  readonly attack?: string;
  readonly id?: string;
  readonly step?: number;
  readonly what?: string;
}

/** A recording of a real API server with its labels. */
export interface Recording {
  readonly name: string;
  readonly lines: readonly string[];
  readonly labels: ReadonlyMap<string, Label>;
  /** First virtual midnight: what comes before is the cluster's start. */
  readonly base: number;
}

/** Reads a recording: `run-a` is in the repository, others in ../shared. Undefined if it is not there. */
export function readRecording(name: string): Recording | undefined {
  const own = join(root, 'test/recordings', name);
  const folder = existsSync(own) ? own : shared === undefined ? undefined : join(shared, 'recordings', name);
  if (folder === undefined || !existsSync(folder)) return undefined;
  const labels = new Map<string, Label>();
  for (const line of readFileSync(join(folder, 'labels.jsonl'), 'utf8').trimEnd().split('\n')) {
    const label = JSON.parse(line) as Label;
    labels.set(label.auditID, label);
  }
  const lines = gunzipSync(readFileSync(join(folder, 'audit.jsonl.gz')))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  const { base } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as { base: string };
  return { name, lines, labels, base: Date.parse(base) };
}
