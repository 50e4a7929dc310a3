import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blindSpotsOf } from '../../src/alerting/blind-spots.ts';
import { detailsOf } from '../../src/alerting/details.ts';
import { toText } from '../../src/alerting/formats/text.ts';
import type { Alert } from '../../src/core/alert.ts';
import type { DetectionMeta } from '../../src/core/detection.ts';
import { ALERT, CONTEXT, EVENT, EXEC, EXEC_META, habitOf, META, SIGNAL } from '../support/example-alert.ts';

const TERMINAL = { color: false, width: 100 };
const RAISED: Alert = {
  ...ALERT,
  activity: 'update',
  before: 'low',
  count: 6,
  signals: [SIGNAL, EXEC],
  detections: [META.id, EXEC_META.id],
};

function linesOf(alert: Alert): string[] {
  return toText(alert, CONTEXT, TERMINAL).trimEnd().split('\n');
}

function tokenFact(seconds: number): string | undefined {
  return detailsOf({ ...EVENT, body: { tokenRequest: { audiences: [], seconds, bound: false } } })[0]?.value;
}

test('an update that raises the severity is told in full and says from where it rose', () => {
  const text = toText(RAISED, CONTEXT, TERMINAL);
  assert.match(text, /^HIGH \(raised from LOW\) {2}2026-11-12 12:00:00Z {2}service account payments\/checkout\n/);
  assert.match(text, /\n {2}next {4}1\. Ask the owner of payments/);
  assert.match(text, /\n {2}finding 0b8f0c1e-9a5e-5d2f-8a57-1f3f3f4c2a10, signals 5 and 6, confidence high/);
});

test('an update of the same severity shows both signals and the command that ran, in at most five lines', () => {
  const lines = linesOf({ ...RAISED, before: 'high', signals: [EXEC, SIGNAL], severity: 'high' });
  assert.ok(lines.length <= 5, lines.join('\n'));
  const text = lines.join('\n');
  for (const part of [
    'runs a command in pod payments/db-0 [k8s-exec, medium]',
    'lists all secrets of the cluster',
    'facts   command: cat /etc/passwd',
    'connection opened (101)',
    'id e0a1c6f2-11f0-4c53-b9a7-5d497bf79b65',
  ])
    assert.ok(text.includes(part), text);
});

test('a finding of several detections stays within 18 lines and names five steps at most, those of the gravest signal first', () => {
  const wordy: DetectionMeta = { ...EXEC_META, nextSteps: EXEC_META.nextSteps.map((step) => `${step} ${'And think. '.repeat(8)}`) };
  const context = { ...CONTEXT, catalogue: new Map([META, wordy].map((meta) => [meta.id, meta])) };
  const alert: Alert = {
    ...ALERT,
    signals: [SIGNAL, EXEC, { ...SIGNAL, what: 'does a third thing' }],
    detections: [META.id, EXEC_META.id],
  };
  const text = toText(alert, context, TERMINAL);
  assert.ok(text.trimEnd().split('\n').length <= 18, text);
  assert.match(text, /next {4}1\. Ask the owner of payments.*\n {10}2\. Revoke the token.*\n {10}3\. Treat the token/);
  assert.ok(!text.includes('6. ') && !/next.*in the JSON/.test(text), text);
});

test('one block states a fact once', () => {
  const target = { ...EVENT.actor, name: 'ana@example.com', kind: 'human' as const, entity: 'k8s/prod-1/user/ana' };
  const acting = { ...EXEC, what: 'acts as ana@example.com', event: { ...EXEC.event, actingAs: target } };
  const text = toText({ ...ALERT, signals: [acting], severity: 'medium' }, CONTEXT, TERMINAL);
  assert.equal(text.split('ana@example.com').length, 2, text);
  assert.equal(text.split('cat /etc/passwd').length, 2, text);
});

test('a history is told in plain grammar, and nameless callers have none', () => {
  const young = { ...ALERT, habit: habitOf(new Map(), { learned: false, activeDays: 1, events: 1 }) };
  const blindSpots = (alert: Alert): readonly string[] => blindSpotsOf(alert, { catalogue: new Map(), sources: new Map() });
  const text = toText(young, { ...CONTEXT, blindSpots }, TERMINAL);
  assert.match(text, /history known for only 1 active day, 1 call: too little/);
  assert.equal(text.split('known for only').length, 2, text);
  const anonymous = { ...EVENT.actor, kind: 'anonymous' as const, name: 'system:anonymous' };
  const nameless = { ...young, identity: anonymous };
  assert.ok(!toText(nameless, { ...CONTEXT, blindSpots }, TERMINAL).includes('history'));
  assert.ok(!blindSpots(nameless).some((sentence) => sentence.includes('known for only')));
});

test('a lifetime is told in the unit that people think in', () => {
  assert.equal(tokenFact(3607), 'for the API server, 3607 s, bound to nothing');
  assert.equal(tokenFact(172_800), 'for the API server, 48 h, bound to nothing');
  assert.equal(tokenFact(10 * 86_400), 'for the API server, 10 days, bound to nothing');
  assert.equal(tokenFact(262_800 * 3_600), 'for the API server, 30 years, bound to nothing');
});
