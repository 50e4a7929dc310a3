import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KNOWN_TECHNIQUES, techniqueOf } from '../../src/alerting/attack.ts';

test('every technique of the table has a name, a tactic and, if it is a sub-technique, a named parent', () => {
  for (const id of KNOWN_TECHNIQUES) {
    const technique = techniqueOf(id);
    assert.match(id, /^T\d{4}(\.\d{3})?$/);
    assert.notEqual(technique.name, id);
    assert.ok(technique.tactics.length > 0 && technique.tactics.every(({ uid, name }) => uid.startsWith('TA') && name !== uid), id);
    if (id.includes('.')) assert.ok(technique.parent !== undefined && technique.parent.name !== technique.parent.uid, id);
  }
});

test('no technique of the table goes by an id that v19 retired', () => {
  for (const id of KNOWN_TECHNIQUES) assert.ok(!id.startsWith('T1562'), id);
});

test('a technique that the table does not hold keeps its id as its name', () => {
  assert.deepEqual(techniqueOf('T9999.001'), { uid: 'T9999.001', name: 'T9999.001', tactics: [], parent: { uid: 'T9999', name: 'T9999' } });
  assert.deepEqual(techniqueOf('__proto__'), { uid: '__proto__', name: '__proto__', tactics: [] });
});
