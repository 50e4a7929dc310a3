import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function isOurs(manifest: string): boolean {
  if (!existsSync(manifest)) return false;
  const parsed: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'name' in parsed && parsed.name === 'turncoat';
}

/** Walks up to the package.json named turncoat. Follows links, so that a build in another folder finds the repository too. */
function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const manifest = join(folder, 'package.json');
    if (isOurs(manifest)) return dirname(realpathSync(manifest));
    const parent = dirname(folder);
    if (parent === folder) throw new Error('no package.json named turncoat above this file');
    folder = parent;
  }
}

/** Absolute path of the repository. */
export const root: string = findRoot();

const beside = join(dirname(root), 'shared');

/** Absolute path of the data shared between projects, beside the repository; undefined where it is not there. */
export const shared: string | undefined = existsSync(beside) ? beside : undefined;

/** Says that a test had nothing to run on: it then passes, and the line shows it. */
export function notRun(name: string): void {
  console.log(`not run: ${name} (needs ../shared)`);
}
