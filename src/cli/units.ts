import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Detection } from '../core/detection.ts';
import type { Source } from '../core/source.ts';
import { isCheckout } from './package-root.ts';

export type Family = 'detections' | 'sources';

/** One detection or source with its folder, which its id must equal. */
export interface Unit<T> {
  readonly folder: string;
  /** Relative to the root, with slashes. */
  readonly path: string;
  readonly declared: T;
}

/** A folder whose declaration could not be loaded, with the reason. */
export interface Unloadable {
  /** Of the declaration, relative to the root. */
  readonly path: string;
  readonly reason: string;
}

/** All units of the package, each family sorted by folder. */
export interface Units {
  readonly detections: readonly Unit<Detection>[];
  readonly sources: readonly Unit<Source>[];
  readonly unloadable: readonly Unloadable[];
}

/** Folders that hold what several units of one plane share, and declare nothing. */
const SHARED: ReadonlySet<string> = new Set(['sources/azure', 'sources/cloud', 'sources/kubernetes']);

/** File without extension and name of its export, the same for all units of a family. */
export const DECLARATIONS = { detections: 'detection', sources: 'source' } as const;

/** Loads every unit by its folder, registered or not. One that cannot be loaded is named and left out. */
export async function loadUnits(root: string): Promise<Units> {
  const unloadable: Unloadable[] = [];
  const detections = await loadFamily<Detection>(root, 'detections', unloadable);
  const sources = await loadFamily<Source>(root, 'sources', unloadable);
  return { detections, sources, unloadable };
}

async function loadFamily<T>(root: string, family: Family, unloadable: Unloadable[]): Promise<readonly Unit<T>[]> {
  const units: Unit<T>[] = [];
  for (const folder of folders(root, family)) {
    const path = `src/${family}/${folder}`;
    if (!isDeclared(root, family, folder)) {
      const reason = `there is no such file, and every folder here is one ${DECLARATIONS[family]}`;
      unloadable.push({ path: `${path}/${DECLARATIONS[family]}.ts`, reason });
      continue;
    }
    try {
      units.push({ folder, path, declared: await load<T>(family, folder) });
    } catch (error) {
      unloadable.push({ path: `${path}/${DECLARATIONS[family]}.ts`, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return units;
}

async function load<T>(family: Family, folder: string): Promise<T> {
  const name = DECLARATIONS[family];
  const module: Record<string, unknown> = await import(new URL(`../${family}/${folder}/${name}.js`, import.meta.url).href);
  if (module[name] === undefined) throw new Error(`does not export \`${name}\``);
  return module[name] as T;
}

/** Folders of a family that should each be a unit, sorted. */
function folders(root: string, family: Family): readonly string[] {
  const base = join(root, 'src', family);
  if (!existsSync(base)) return [];
  return readdirSync(base, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !SHARED.has(`${family}/${entry.name}`))
    .map((entry) => entry.name)
    .sort();
}

/** True if the declaration is there: in a checkout as written, in an installed package as built. */
function isDeclared(root: string, family: Family, folder: string): boolean {
  const name = DECLARATIONS[family];
  if (isCheckout(root)) return existsSync(join(root, 'src', family, folder, `${name}.ts`));
  return existsSync(join(root, 'dist/src', family, folder, `${name}.js`));
}
