import { readFileSync } from 'node:fs';
import type { Document } from 'yaml';
import { isCollection, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { printable } from '../alerting/escape.ts';
import { Mistake } from './mistake.ts';
import { didYouMean } from './nearest.ts';
import { rangeProblem } from './networks.ts';
import { systemReason } from './system-reason.ts';

type Path = readonly PropertyKey[];
type Tree = { readonly [key: string]: unknown };

/** One key as the reference and the environment name it. */
export interface ConfigKey {
  readonly path: readonly string[];
  /** `networks.pods` */
  readonly name: string;
  /** `TURNCOAT_NETWORKS_PODS` */
  readonly variable: string;
  readonly kind: 'text' | 'list' | 'number' | 'flag';
  /** Its value is never printed. */
  readonly secret: boolean;
  readonly preset: unknown;
  readonly description: string;
  readonly unit: string;
}

/** Values from one place, and where in it each key stands. */
export interface Layer {
  readonly values: unknown;
  /** `turncoat.yaml:4:3`, `TURNCOAT_CLUSTER`, `--cluster` */
  where(path: Path): string;
}

/** A layer with one value of the command line. */
export function flagLayer(option: string, path: readonly string[], value: unknown): Layer {
  return { values: nest(path, value), where: () => option };
}

/** The layer of a YAML (or JSON) file. Throws a Mistake if it cannot be read or is no YAML. `under` is put before its keys. */
export function fileLayer(file: string, under: readonly string[] = []): Layer {
  const lines = new LineCounter();
  const document = parseDocument(textOf(file), { lineCounter: lines });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${printable(file)}:${line}:${col}`;
  };
  const broken = document.errors.map((error) => `${at(error.pos[0])}: ${error.message.split(' at line ')[0]}`);
  if (broken.length > 0) throw new Mistake(...broken);
  const values: unknown = document.toJS() ?? {};
  return {
    values: under.length === 0 ? values : nest(under, values),
    where: (path) => at(offsetOf(document, path.slice(under.length))),
  };
}

/**
 * The layer of the `TURNCOAT_*` variables. Those that Kubernetes sets for a Service named `turncoat` (`TURNCOAT_PORT…`,
 * `TURNCOAT_SERVICE_…`) are nobody's typing error and passed over.
 */
export function envLayer(env: NodeJS.ProcessEnv, keys: readonly ConfigKey[]): Layer {
  let values: Tree = {};
  const wrong: string[] = [];
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith('TURNCOAT_') || variable === 'TURNCOAT_CONFIG' || text === undefined) continue;
    const key = keys.find((candidate) => candidate.variable === variable);
    if (key !== undefined) values = join(values, nest(key.path, typed(text, key)));
    else if (!/^TURNCOAT_(?:\w+_)?(?:PORT|SERVICE)(?:_|$)/.test(variable)) wrong.push(variable);
  }
  const names = keys.map((key) => key.variable);
  if (wrong.length > 0) throw new Mistake(...wrong.map((variable) => `${variable}: no such variable${didYouMean(variable, names)}`));
  const variableOf = (path: Path): string => keys.find((key) => key.path.every((word, i) => path[i] === word))?.variable ?? 'environment';
  return { values, where: variableOf };
}

/** The value that a text stands for; a text that stands for none is left for the schema to refuse. */
function typed(text: string, { kind }: ConfigKey): unknown {
  if (kind === 'list') return listOf(text);
  if (kind === 'number' && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  if (kind === 'flag' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** `--networks`: a file, or `pods=10.244.0.0/16,nodes=10.77.0.0/16`; an item without `=` belongs to the list before it. */
export function networksLayer(given: string): Layer {
  if (!given.includes('=')) {
    if (given.split(',').every((item) => rangeProblem(item) === undefined)) {
      throw new Mistake(`--networks: ${printable(given)} belongs to no list; write pods=${printable(given)}`);
    }
    return networksFile(given);
  }
  const lists = new Map<string, string[]>();
  let current: string[] | undefined;
  for (const item of listOf(given)) {
    const equals = item.indexOf('=');
    const list = equals < 0 ? '' : item.slice(0, equals).trim();
    if (equals >= 0) current = lists.get(list) ?? [];
    if (current === undefined) throw new Mistake(`--networks: ${printable(item)} belongs to no list; write pods=${printable(item)}`);
    current.push(item.slice(equals + 1).trim());
    if (equals >= 0) lists.set(list, current);
  }
  return { values: { networks: Object.fromEntries(lists) }, where: () => '--networks' };
}

function networksFile(file: string): Layer {
  const layer = fileLayer(file, ['networks']);
  const nested = ['networks', 'networks'];
  if (valueAt(layer.values, nested) === undefined) return layer;
  throw new Mistake(`${layer.where(nested)}: networks: the file is a whole configuration; use --config ${printable(file)} for it`);
}

/** All layers as one: its values joined key by key, later layers win, and each key stands where its value comes from. */
export function mergedLayer(layers: readonly Layer[], keys: readonly ConfigKey[]): Layer {
  const where = (path: Path): string => {
    const key = keys.find((candidate) => candidate.path.every((word, i) => path[i] === word));
    return layers.findLast((layer) => key !== undefined && valueAt(layer.values, key.path) !== undefined)?.where(path) ?? 'configuration';
  };
  return { values: merged(layers, keys), where };
}

/** What is wrong in a layer, one line for each key: where, which key, what, and what would be right. */
export function problemsOf(layer: Layer, schema: z.ZodType, keys: readonly ConfigKey[]): string[] {
  const result = schema.safeParse(layer.values);
  if (result.success) return [];
  const lines = result.error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [`${layer.where(issue.path)}: ${dotted(issue.path)}${sentence(issue)}`];
    return issue.keys.map((word) => {
      const path = [...issue.path, word];
      return `${layer.where(path)}: ${dotted(path)}no such key${suggestion(path, keys)}`;
    });
  });
  return lines.sort((left, right) => left.localeCompare(right, 'en', { numeric: true }));
}

function merged(layers: readonly Layer[], keys: readonly ConfigKey[]): Tree {
  let all: Tree = {};
  for (const layer of layers) {
    for (const key of keys) {
      const value = valueAt(layer.values, key.path);
      if (value !== undefined) all = join(all, nest(key.path, value));
    }
  }
  return all;
}

function suggestion(path: Path, keys: readonly ConfigKey[]): string {
  const whole = path.map(String).join('.');
  const bare = keys.find((key) => key.path.at(-1)?.toLowerCase() === whole.toLowerCase() || key.name.toLowerCase() === whole.toLowerCase());
  const sections = keys.flatMap((key) => (key.path.length > 1 ? [key.path.slice(0, -1).join('.')] : []));
  return bare === undefined ? didYouMean(whole, [...keys.map((key) => key.name), ...sections]) : `; did you mean ${bare.name}?`;
}

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `must be ${TYPES.get(issue.expected) ?? issue.expected}`;
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  return printable(issue.message);
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ['string', 'text'],
  ['array', 'a list'],
  ['object', 'a section with keys of its own'],
  ['number', 'a number'],
  ['boolean', 'true or false'],
]);

function dotted(path: Path): string {
  return path.length === 0 ? '' : `${printable(path.map(String).join('.'))}: `;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Mistake(`${printable(file)}: cannot be read: ${systemReason(cause)}; name an existing YAML file`);
  }
}

/** Offset of the key named last by `path`, or of the deepest part that exists. */
function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const word of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => String(isNode(item.key) ? item.key.toJSON() : item.key) === String(word));
      if (isNode(pair?.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair?.value;
    } else {
      node = isCollection(node) ? node.get(word, true) : undefined;
      if (isNode(node)) offset = node.range?.[0] ?? offset;
    }
  }
  return offset;
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function valueAt(tree: unknown, path: readonly string[]): unknown {
  let node = tree;
  for (const word of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, word)) return undefined;
    node = Reflect.get(node, word);
  }
  return node;
}

function nest(path: readonly string[], value: unknown): Tree {
  const [first, ...rest] = path;
  if (first === undefined) throw new Error('a key has at least one word');
  return { [first]: rest.length === 0 ? value : nest(rest, value) };
}

function join(left: Tree, right: Tree): Tree {
  const both = new Map<string, unknown>(Object.entries(left));
  for (const [key, value] of Object.entries(right)) {
    const before = both.get(key);
    both.set(key, isTree(before) && isTree(value) ? join(before, value) : value);
  }
  return Object.fromEntries(both);
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
