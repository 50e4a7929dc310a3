import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blindSpotsOf } from '../../src/alerting/blind-spots.ts';
import type { Event } from '../../src/core/event.ts';
import { operation } from '../../src/core/operation.ts';
import { alert as anyAlert, BRIEF } from '../support/arbitrary-alert.ts';
import { ALERT, EVENT, habitOf, META, SIGNAL } from '../support/example-alert.ts';

const NOTHING_KNOWN = { catalogue: new Map(), sources: new Map() };
const PLACED: Event = { ...EVENT, address: { ...EVENT.address, zone: 'egress' } };

function spots(changes: Partial<Event>, habit = ALERT.habit): readonly string[] {
  return blindSpotsOf({ ...ALERT, habit, signals: [{ ...SIGNAL, event: { ...PLACED, ...changes } }] }, NOTHING_KNOWN);
}

test('a call that the log shows whole has no blind spot of its own', () => {
  assert.deepEqual(spots({}), []);
});

test('a binding created without a body says that the body is missing, a get does not', () => {
  const bind = operation('kubernetes', 'create', 'rbac.authorization.k8s.io', 'rolebindings', '', 'namespace');
  assert.match(spots({ operation: bind }).join(), /no request body/);
  assert.deepEqual(spots({ operation: bind, body: { grant: { role: 'view', roleKind: 'Role', subjects: [] } } }), []);
  assert.match(spots({ operation: bind, body: { cut: true } }).join(), /too large/);
});

test('each thing that a log can lack is named', () => {
  const { credential: _, ...bare } = PLACED;
  const { pod: __, ...unbound } = PLACED;
  assert.match(blindSpotsOf({ ...ALERT, signals: [{ ...SIGNAL, event: bare }] }, NOTHING_KNOWN).join(), /which credential/);
  assert.match(blindSpotsOf({ ...ALERT, signals: [{ ...SIGNAL, event: unbound }] }, NOTHING_KNOWN).join(), /not bound to a pod/);
  assert.match(spots({ truncated: true }).join(), /cut by a shipper/);
  assert.match(spots({ response: 'unknown' }).join(), /whether the call succeeded/);
  assert.match(spots({ address: EVENT.address }).join(), /No --networks given covers 203\.0\.113\.9/);
  assert.match(spots({ address: { ip: '', zone: 'unknown', network: '' } }).join(), /names no source address/);
  assert.match(spots({}, habitOf(new Map(), { learned: false, activeDays: 1 })).join(), /only 1 day:/);
  assert.match(spots({}, habitOf(new Map(), { saturated: true })).join(), /than memory holds/);
});

test('an anonymous caller is not asked for its credential', () => {
  const { credential: _, ...bare } = PLACED;
  const event = { ...bare, actor: { ...PLACED.actor, kind: 'anonymous' as const } };
  assert.deepEqual(blindSpotsOf({ ...ALERT, signals: [{ ...SIGNAL, event }] }, NOTHING_KNOWN), []);
});

test('what the detection and the source never see comes last, each sentence once', () => {
  const known = { catalogue: new Map([[META.id, META]]), sources: new Map([[EVENT.source, { blindSpots: ['Proxied kubelet calls.'] }]]) };
  const event = { ...PLACED, truncated: true };
  const found = blindSpotsOf(
    {
      ...ALERT,
      signals: [
        { ...SIGNAL, event },
        { ...SIGNAL, event },
      ],
    },
    known,
  );
  assert.deepEqual(found.slice(1), ['Sweeps slower than the window.', 'Proxied kubelet calls.']);
});

test('no alert has more than sixteen blind spots', () => {
  fc.assert(
    fc.property(anyAlert, (alert) => assert.ok(blindSpotsOf(alert, NOTHING_KNOWN).length <= 16)),
    { ...BRIEF, numRuns: 50 },
  );
});
