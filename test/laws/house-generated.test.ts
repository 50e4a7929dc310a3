import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { blankDetection } from '../../src/cli/blank-detection.ts';
import { generatedFiles, staleFiles } from '../../src/cli/generated.ts';
import { loadUnits, type Units } from '../../src/cli/units.ts';
import { defineDetection } from '../../src/core/detection.ts';
import { distinct } from '../../src/core/question.ts';
import { MADE_UP } from '../support/made-up.ts';

const detection = defineDetection({ ...MADE_UP, title: 'Made up', asks: { many: distinct('things', 10, () => 'x') } });
const units: Units = {
  detections: [{ folder: 'k8s-made-up', path: 'src/detections/k8s-made-up', declared: detection }],
  sources: [],
  unloadable: [],
};

function textOf(root: string, path: string): string {
  return generatedFiles(root, units).find((file) => file.path === path)?.text ?? '';
}

function inFolder(work: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'turncoat-generated-'));
  try {
    work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('a registry names every unit once in its imports, its ids and its list', () => {
  inFolder((folder) => {
    const text = textOf(folder, 'src/detections/registry.gen.ts');
    for (const part of ["import { detection as k8sMadeUp } from './k8s-made-up/detection.ts';", "  | 'k8s-made-up'", '  k8sMadeUp,']) {
      assert.equal(text.split(part).length, 2, part);
    }
  });
});

test('a registry of nothing still compiles: its ids are never, its list is empty', () => {
  inFolder((folder) => {
    const text = textOf(folder, 'src/sources/registry.gen.ts');
    assert.match(text, /export type SourceId = never;/);
    assert.match(text, /export const sources: readonly Source\[\] = \[\];/);
  });
});

test('the catalogue tells the questions that a detection asks', () => {
  inFolder((folder) => {
    const catalogue = JSON.parse(textOf(folder, 'schemas/catalog.json')) as { detections: { asks: unknown }[] };
    assert.deepEqual(catalogue.detections[0]?.asks, [{ kind: 'distinct', name: 'things', minutes: 10 }]);
  });
});

test('what was just written is not stale, and a page whose head was edited is', () => {
  inFolder((folder) => {
    const files = generatedFiles(folder, units);
    assert.equal(staleFiles(folder, units).length, files.length);
    for (const { path, text } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    assert.deepEqual(staleFiles(folder, units), []);
    const page = 'src/detections/k8s-made-up/README.md';
    writeFileSync(join(folder, page), textOf(folder, page).replace('A step.', 'Another step.'));
    assert.deepEqual(staleFiles(folder, units), [page]);
    writeFileSync(join(folder, page), `${textOf(folder, page)}\nProse of one's own.\n`);
    assert.deepEqual(staleFiles(folder, units), []);
  });
});

test('a blank detection has the three files and bears its id', () => {
  const files = new Map(blankDetection('k8s-made-up'));
  assert.deepEqual([...files.keys()], ['detection.ts', 'story.jsonl', 'README.md']);
  assert.match(files.get('detection.ts') ?? '', /id: 'k8s-made-up'/);
});

test('a folder without a declaration is named, one that a plane shares is not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'turncoat-units-'));
  try {
    for (const path of ['cli', 'detections/k8s-left-over', 'sources/half-done', 'sources/kubernetes']) {
      mkdirSync(join(folder, 'src', path), { recursive: true });
    }
    writeFileSync(join(folder, 'src/cli/gen.ts'), '');
    const { detections, sources, unloadable } = await loadUnits(folder);
    assert.deepEqual([detections, sources], [[], []]);
    assert.deepEqual(
      unloadable.map(({ path }) => path),
      ['src/detections/k8s-left-over/detection.ts', 'src/sources/half-done/source.ts'],
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the test runner fails if it finds nothing to run, and ends with the count', () => {
  const runner = join(dirname(fileURLToPath(import.meta.url)), '../run.js');
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { status, stdout } = spawnSync(process.execPath, [runner, 'no-file-has-this-in-its-path'], { encoding: 'utf8', env });
  assert.equal(status, 1);
  assert.equal(stdout.trimEnd().split('\n').at(-1), '0 passed, 0 failed');
});
