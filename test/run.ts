import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { type Provided, provideServices } from './services/provide.ts';
import { root } from './support/paths.ts';

/** Longest that one file may take, in milliseconds. */
const FILE_TIMEOUT = 600_000;
const built = dirname(fileURLToPath(import.meta.url));

/** Built test files, sorted; those whose source has been deleted are left out, the compiler does not remove them. */
function testFiles(filters: readonly string[]): string[] {
  return readdirSync(built, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => path.endsWith('.test.js'))
    .filter((path) => existsSync(join(root, 'test', path.replace(/\.js$/, '.ts'))))
    .filter((path) => filters.length === 0 || filters.some((word) => path.includes(word)))
    .sort()
    .map((path) => join(built, path));
}

/** Options for the child process of every test file, added to what the caller set. */
function childOptions(given: string | undefined): string {
  const words = (given ?? '').split(' ').filter((word) => word !== '');
  return [...words, '--disable-proto=throw'].join(' ');
}

/** True for a test that uses services: it imports what tells their addresses. What it imports is not looked into: a support file that does must be named so. */
function wantsServices(file: string): boolean {
  return /services\/use\.js'|\/use\.js'/.test(readFileSync(file, 'utf8'));
}

/** Starts services if a test wants them; they end with this process in whatever way it does. */
async function services(files: readonly string[]): Promise<Provided | undefined> {
  if (!files.some(wantsServices)) return undefined;
  const provided = await provideServices();
  Object.assign(process.env, provided.env);
  console.log(`services: ${provided.how}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void provided.close().finally(() => process.exit(1)));
  }
  return provided;
}

interface Count {
  passed: number;
  failed: number;
}

/** Runs the files, two at a time, with the spec report on standard output. */
async function play(files: string[]): Promise<Count> {
  const count: Count = { passed: 0, failed: 0 };
  const events = run({ files, concurrency: 2, timeout: FILE_TIMEOUT });
  events.on('test:pass', (event) => {
    if (event.details.type !== 'suite') count.passed++;
  });
  events.on('test:fail', (event) => {
    if (event.details.type !== 'suite') count.failed++;
  });
  const report = events.compose(new spec());
  for await (const text of report) process.stdout.write(text);
  return count;
}

process.env.NODE_OPTIONS = childOptions(process.env.NODE_OPTIONS);
const files = testFiles(process.argv.slice(2));
if (files.length === 0) console.error(`no test file found in ${relative(process.cwd(), built) || '.'}`);
const count = { passed: 0, failed: 0 };
let provided: Provided | undefined;
try {
  provided = await services(files);
  if (files.length > 0) Object.assign(count, await play(files));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  count.failed++;
} finally {
  await provided?.close();
}
process.exitCode = files.length === 0 || count.failed > 0 || count.passed === 0 ? 1 : 0;
console.log(`${count.passed} passed, ${count.failed} failed`);
