import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { IConfiguration, ICruiseOptions, ICruiseResult } from 'dependency-cruiser';
import { root } from './paths.ts';

/** One broken rule: its name, and the two files between which it was broken. */
export interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Lays TypeScript 6 beside dependency-cruiser, which reads `import type` through the compiler's JavaScript API:
 * TypeScript 7 has none. docs/decisions/0002 says why by a link and not by another name.
 */
function lendCompilerApi(): void {
  const beside = join(root, 'node_modules/dependency-cruiser/node_modules');
  const link = join(beside, 'typescript');
  if (existsSync(join(link, 'package.json'))) return;
  mkdirSync(beside, { recursive: true });
  try {
    symlinkSync('../../typescript-api', link, 'dir');
  } catch (error) {
    // Another run may have been first.
    if (!existsSync(join(link, 'package.json'))) throw error;
  }
}

function ruleSet(folder: string): IConfiguration {
  return createRequire(import.meta.url)(join(folder, '.dependency-cruiser.cjs')) as IConfiguration;
}

/** Judges src/ of `folder` by the rules of the repository. Throws if the graph could not be read whole. */
export async function brokenRules(folder: string): Promise<{ readonly modules: number; readonly violations: readonly Violation[] }> {
  lendCompilerApi();
  const { cruise } = await import('dependency-cruiser');
  const { default: extractTSConfig } = await import('dependency-cruiser/config-utl/extract-ts-config');
  const rules = ruleSet(root);
  const options: ICruiseOptions = {
    ...rules.options,
    baseDir: folder,
    validate: true,
    ruleSet: { forbidden: rules.forbidden ?? [] },
  };
  const { output } = await cruise(['src'], options, undefined, { tsConfig: extractTSConfig(join(root, 'tsconfig.json')) });
  const result = output as ICruiseResult;
  const violations = result.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
  return { modules: result.summary.totalCruised, violations };
}
