import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { printable } from '../alerting/escape.ts';
import { type Graph, graphIn } from '../alerting/formats/graph.ts';
import { mermaidOf } from '../alerting/formats/graph-mermaid.ts';
import { svgOf } from '../alerting/formats/graph-svg.ts';
import { treeLines } from '../alerting/formats/graph-tree.ts';
import { toOcsfText } from '../alerting/formats/ocsf.ts';
import { loadConfig } from '../config.ts';
import { isChain } from '../core/alert.ts';
import { asObject, asString, type Json } from '../core/json.ts';
import { networksLayer } from './config-layers.ts';
import { DEMO_NETWORKS } from './demo.ts';
import type { ExitCode } from './exit-codes.ts';
import { EXIT } from './exit-codes.ts';
import { demoRecording } from './explain.ts';
import { watchInterrupts } from './interrupt.ts';
import { judgeLogs, type Parts } from './judging.ts';
import { Mistake } from './mistake.ts';
import { progressLine } from './progress.ts';
import { systemReason } from './system-reason.ts';

export type GraphFormat = 'text' | 'mermaid' | 'svg';

/** Options of `turncoat graph`, as typed. */
export interface GraphOptions {
  readonly format?: GraphFormat;
}

const LEAST_ID = 4;
const WRITERS: Readonly<Record<GraphFormat, (graph: Graph) => string>> = {
  text: (graph) => `${treeLines(graph).join('\n')}\n`,
  mermaid: mermaidOf,
  svg: svgOf,
};

/**
 * Draws the path of a chain as it stood at last. `id`: of the chain, or its beginning. Reads findings as `scan --format json` or the alerts topic has them
 * (OCSF, one a line); without paths, what the demo finds. Throws a Mistake if there is no such chain.
 */
export async function graph(id: string, paths: readonly string[], { format = 'text' }: GraphOptions, parts: Parts): Promise<ExitCode> {
  if (id.length < LEAST_ID) throw new Mistake(`${printable(id)} is too short for an id; give at least ${LEAST_ID} characters`);
  let found: Graph | undefined;
  const take = (line: string) => {
    const finding = findingIn(line);
    if (uidOf(finding).startsWith(id.toLowerCase())) found = graphIn(finding) ?? found;
  };
  if (paths.length === 0) await demoFindings(parts, take);
  for (const path of paths) await eachLine(path, take);
  if (found === undefined)
    throw new Mistake(
      `no chain called ${printable(id)} in ${paths.length === 0 ? 'what the demo finds' : paths.map((path) => printable(path)).join(', ')}`,
    );
  process.stdout.write(WRITERS[format](found));
  return EXIT.done;
}

function findingIn(line: string): Json {
  try {
    return JSON.parse(line) as Json;
  } catch {
    return undefined;
  }
}

function uidOf(finding: Json): string {
  return asString(asObject(asObject(finding)?.finding_info)?.uid, 64)?.toLowerCase() ?? '';
}

async function eachLine(path: string, take: (line: string) => void): Promise<void> {
  const input = path === '-' ? process.stdin : createReadStream(path);
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) take(line);
  } catch (error) {
    throw new Mistake(`${printable(path)}: ${systemReason(error)}`);
  }
}

async function demoFindings(parts: Parts, take: (line: string) => void): Promise<void> {
  const config = loadConfig({ env: {}, flags: [networksLayer(DEMO_NETWORKS)] });
  const progress = progressLine(process.stderr);
  const interrupt = watchInterrupts(() => progress.hide());
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const render = (alert: Parameters<typeof toOcsfText>[0]) => {
    if (isChain(alert)) take(toOcsfText(alert, parts.context));
    return undefined;
  };
  try {
    await judgeLogs(
      { inputs: [demoRecording()], config, memory: parts.memory(), fleet: parts.fleet(config), render, progress, interrupt, output },
      parts,
    );
  } finally {
    interrupt.release();
  }
}
