import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../../src/cli/check.ts';
import { packageRoot } from '../../src/cli/package-root.ts';
import { loadUnits } from '../../src/cli/units.ts';
import { detections } from '../../src/detections/registry.gen.ts';
import { sources } from '../../src/sources/registry.gen.ts';
import { root } from '../support/paths.ts';

const units = await loadUnits(root);
const { problems } = await check({ root });

function problemsBelow(path: string): string[] {
  return problems.filter(({ where }) => where.startsWith(`${path}/`)).map(({ where, what }) => `${where}: ${what}`);
}

for (const { path, folder } of units.detections) {
  test(`the detection ${folder} keeps the laws of its kind`, () => {
    assert.deepEqual(problemsBelow(path), []);
  });
}

for (const { path, folder } of units.sources) {
  test(`the source ${folder} keeps the laws of its kind`, () => {
    assert.deepEqual(problemsBelow(path), []);
  });
}

test('every unit can be loaded and everything generated is current', () => {
  const ofUnits = [...units.detections, ...units.sources].map(({ path }) => `${path}/`);
  const rest = problems.filter(({ where }) => !ofUnits.some((path) => where.startsWith(path)));
  assert.deepEqual(rest, []);
});

test('the registries hold every unit that has a folder', () => {
  assert.deepEqual(
    detections.map(({ id }) => id),
    units.detections.map(({ folder }) => folder),
  );
  assert.deepEqual(
    sources.map(({ id }) => id),
    units.sources.map(({ folder }) => folder),
  );
});

test('the program finds the package that the tests find', () => {
  assert.equal(packageRoot(), root);
});
