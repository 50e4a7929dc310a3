import { type Dirent, promises as fs, type Stats } from 'node:fs';
import { join } from 'node:path';

/** One thing to read: a file or standard input, or a path that cannot be read and why. */
export type Input =
  | { readonly origin: string; readonly path: string; readonly size: number; readonly modified: number }
  | { readonly origin: string; readonly problem: string };

const NOT_LOGS = /^(?:readme.*|.*\.md)$/i;

/**
 * Resolves paths in the order given: files as they are, directories with all files below them, oldest first by name.
 * Hidden files, READMEs and Markdown in directories are left out. `-` is standard input. Sizes are in bytes,
 * 0 where unknown; `modified` is when the input last changed (for standard input now), in milliseconds since the epoch.
 */
export async function listInputs(paths: readonly string[]): Promise<Input[]> {
  const found: Input[] = [];
  for (const path of paths) {
    if (path === '-') found.push({ origin: '-', path, size: 0, modified: Date.now() });
    else await addPath(path, found);
  }
  return found;
}

async function addPath(path: string, found: Input[]): Promise<void> {
  let stats: Stats;
  try {
    stats = await fs.stat(path);
  } catch (error) {
    found.push({ origin: path, problem: reasonOf(error) });
    return;
  }
  if (!stats.isDirectory()) {
    found.push({ origin: path, path, size: stats.isFile() ? stats.size : 0, modified: stats.mtimeMs });
    return;
  }
  const before = found.length;
  await addDirectory(path, found);
  if (found.length === before) found.push({ origin: path, problem: 'the directory holds no files to read' });
}

async function addDirectory(directory: string, found: Input[]): Promise<void> {
  let entries: Dirent[];
  try {
    entries = await fs.readdir(directory, { withFileTypes: true });
  } catch (error) {
    found.push({ origin: directory, problem: reasonOf(error) });
    return;
  }
  entries.sort((left, right) => compareNames(left.name, right.name));
  for (const entry of entries) {
    if (entry.name.startsWith('.') || NOT_LOGS.test(entry.name)) continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await addDirectory(path, found);
    else if (entry.isFile() || entry.isSymbolicLink()) await addFile(path, found);
  }
}

/** Links to directories are not followed: they may lead in circles. */
async function addFile(path: string, found: Input[]): Promise<void> {
  try {
    const stats = await fs.stat(path);
    if (stats.isFile()) found.push({ origin: path, path, size: stats.size, modified: stats.mtimeMs });
  } catch (error) {
    found.push({ origin: path, problem: reasonOf(error) });
  }
}

const ROTATED = /^(.*?)\.(\d{1,6})((?:\.(?:gz|zst))?)$/;

/** By name; of logrotate's `audit.log`, `audit.log.1`, `audit.log.2.gz` the highest number first, which is the oldest. */
export function compareNames(left: string, right: string): number {
  const one = ROTATED.exec(left);
  const other = ROTATED.exec(right);
  const leftBase = one?.[1] ?? left;
  const rightBase = other?.[1] ?? right;
  if (leftBase !== rightBase) return leftBase < rightBase ? -1 : 1;
  const age = Number(other?.[2] ?? -1) - Number(one?.[2] ?? -1);
  return age !== 0 ? age : left < right ? -1 : 1;
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file or directory'],
  ['ENOTDIR', 'a part of the path is not a directory'],
  ['EACCES', 'permission denied: run as a user who may read it, or copy it'],
  ['EPERM', 'permission denied: run as a user who may read it, or copy it'],
  ['ELOOP', 'too many symbolic links'],
  ['EMFILE', 'too many open files'],
  ['EIO', 'the device reports a read error'],
]);

/** Why the system refused to read, in words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return WORDS.get(code) ?? error.message;
}
