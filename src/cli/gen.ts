import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generatedFiles, staleFiles } from './generated.ts';
import { packageRoot } from './package-root.ts';
import { loadUnits } from './units.ts';

const root = packageRoot();
const units = await loadUnits(root);
const stale = staleFiles(root, units);

for (const { path, reason } of units.unloadable) console.error(`cannot load ${path}: ${reason}`);
if (units.unloadable.length > 0) process.exitCode = 1;

if (process.argv.includes('--check')) {
  for (const path of stale) console.log(`stale ${path}`);
  if (stale.length > 0) process.exitCode = 1;
} else {
  for (const { path, text } of generatedFiles(root, units).filter((file) => stale.includes(file.path))) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`wrote ${path}`);
  }
}
