import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { root } from '../support/paths.ts';

/** For each lint rule that the house relies on: a file, where it would stand, and the line that breaks the rule. */
const PLANTED: readonly (readonly [string, string, string])[] = [
  ['noDefaultExport', 'src/cli/a.ts', 'export default 1;'],
  ['noExplicitAny', 'src/cli/b.ts', 'export const b: any = 1;'],
  ['noEnum', 'src/cli/c.ts', 'export enum C { One }'],
  ['noConsole', 'src/adapters/d.ts', "console.log('d');"],
  ['noNodejsModules', 'src/memory/e.ts', "export { readFileSync } from 'node:fs';"],
  ['noJsRestrictedProperties', 'src/behaviour/f.ts', 'export const f = Date.now();'],
  ['noJsRestrictedProperties', 'src/core/g.ts', 'export const g = Math.random();'],
  ['noRestrictedGlobals', 'src/detections/x/h.ts', 'export const h = process.pid;'],
  ['noRestrictedGlobals', 'src/pipeline.ts', 'setTimeout(() => undefined, 1);'],
  ['useFilenamingConvention', 'src/core/camelCase.ts', 'export const j = 1;'],
  ['noExcessiveLinesPerFile', 'src/core/long.ts', Array.from({ length: 251 }, (_, line) => `export const k${line} = 1;`).join('\n')],
  ['noExcessiveLinesPerFunction', 'src/core/l.ts', `export function l(x: number): void {\n${'  x.toFixed();\n'.repeat(61)}}`],
  [
    'noExcessiveCognitiveComplexity',
    'src/core/m.ts',
    `export function m(x: number): number {\n${'  if (x > 1) return x;\n'.repeat(16)}  return 0;\n}`,
  ],
  ['noSkippedTests', 'test/laws/n.test.ts', "import { test } from 'node:test';\ntest.skip('n', () => undefined);"],
  ['noTsIgnore', 'src/core/o.ts', '// @ts-ignore\nexport const o: string = 1;'],
];

interface Report {
  readonly diagnostics: readonly { readonly category: string | null; readonly location: { readonly path?: unknown } }[];
}

/** Rules reported by file name. */
function lint(folder: string): Map<string, Set<string>> {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const words = ['lint', '--reporter=json', '--max-diagnostics=none'];
  const { stdout } = spawnSync(process.execPath, [biome, ...words], { cwd: folder, encoding: 'utf8' });
  const found = new Map<string, Set<string>>();
  for (const { category, location } of (JSON.parse(stdout) as Report).diagnostics) {
    const path = JSON.stringify(location.path);
    const rules = found.get(path) ?? new Set();
    rules.add(category?.split('/').at(-1) ?? '');
    found.set(path, rules);
  }
  return found;
}

test('every lint rule that the house relies on reports a planted violation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'turncoat-lint-'));
  try {
    copyFileSync(join(root, 'biome.json'), join(folder, 'biome.json'));
    for (const [, path, text] of PLANTED) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), `${text}\n`);
    }
    const found = lint(folder);
    for (const [rule, path] of PLANTED) {
      const rules = [...found].filter(([where]) => where.includes(path)).flatMap(([, names]) => [...names]);
      assert.ok(rules.includes(rule), `${path}: expected ${rule}, reported ${rules.join(', ') || 'nothing'}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
