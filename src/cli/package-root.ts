import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the package that this program belongs to: the nearest package.json above it named turncoat, links followed. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!isPackage(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('no package.json named turncoat above the program');
    folder = parent;
  }
  return dirname(realpathSync(join(folder, 'package.json')));
}

/** True in a checkout, where the sources and what is generated into them can be compared; false in an installed package. */
export function isCheckout(root: string): boolean {
  return existsSync(join(root, 'src/cli/gen.ts'));
}

function isPackage(manifest: string): boolean {
  if (!existsSync(manifest)) return false;
  const parsed: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'name' in parsed && parsed.name === 'turncoat';
}
