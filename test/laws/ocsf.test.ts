import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blindSpotsOf } from '../../src/alerting/blind-spots.ts';
import { toOcsf } from '../../src/alerting/formats/ocsf.ts';
import { MOST_BYTES, utf8Bytes } from '../../src/alerting/formats/ocsf-limits.ts';
import type { Alert } from '../../src/core/alert.ts';
import { operation } from '../../src/core/operation.ts';
import { alert as anyAlert, BRIEF, hostile } from '../support/arbitrary-alert.ts';
import { ALERT, CONTEXT, EVENT, EXEC, EXEC_META, META, NOON, SIGNAL, TAMPER } from '../support/example-alert.ts';
import { validateFinding } from '../support/ocsf.ts';

const WHOLE = { ...CONTEXT, blindSpots: (alert: Alert) => blindSpotsOf(alert, { catalogue: CONTEXT.catalogue, sources: new Map() }) };

function keysOf(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, inner] of Object.entries(value)) {
    if (!Array.isArray(value)) found.add(key);
    keysOf(inner, found);
  }
  return found;
}

function textsOf(value: unknown, found: string[] = []): string[] {
  if (typeof value === 'string') found.push(value);
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) textsOf(inner, found);
  return found;
}

test('an alert becomes a valid Detection Finding that says who did what, when and from where', () => {
  const finding = toOcsf(ALERT, CONTEXT);
  assert.deepEqual(validateFinding(finding), []);
  assert.equal(finding.message, 'service account payments/checkout lists all secrets of the cluster, which it never did in 12 days');
  assert.equal(finding.time, NOON);
  assert.equal(finding.type_uid, 200401);
  assert.equal(finding.severity, 'High');
  assert.equal(finding.is_alert, true);
  assert.equal(finding.metadata.tenant_uid, 'prod-1');
  assert.equal(finding.metadata.profiles, undefined);
  assert.equal(finding.cloud, undefined);
  assert.equal(finding.finding_info.analytic.type, 'Behavioral');
  const [evidence] = finding.evidences;
  assert.deepEqual(evidence?.actor.session, { credential_uid: 'JTI=4c7be1a0-0a0b-4d6a-9a53-1f3f3f4c2a10' });
  assert.equal(evidence?.actor.user.type, 'Service');
  assert.deepEqual(evidence?.src_endpoint, { ip: '203.0.113.9', zone: 'outside' });
  assert.deepEqual(evidence?.http_request?.x_forwarded_for, ['10.0.0.1']);
  assert.deepEqual(evidence?.data.claimed_hops, ['10.0.0.1', 'not an address']);
  assert.deepEqual(finding.unmapped.next_steps, META.nextSteps);
});

test('what is unusual stands beside what is usual', () => {
  const [analysis] = toOcsf(ALERT, CONTEXT).anomaly_analyses ?? [];
  assert.deepEqual(
    analysis?.anomalies.map(({ observation_parameter, observations }) => [observation_parameter, observations[0]?.value]),
    [
      ['operation', 'list secrets (all namespaces)'],
      ['network', '203.0.113.9 (outside)'],
      ['client', 'curl/8.5.0'],
    ],
  );
  assert.deepEqual(analysis?.baselines?.[0]?.observations, [{ value: 'get configmaps' }, { value: 'watch endpoints' }]);
});

test('an alert of a cloud plane carries the cloud profile, and a renumbered technique its old id', () => {
  const event = { ...EVENT, plane: 'aws' as const, scope: '111122223333', source: 'aws-cloudtrail' };
  const finding = toOcsf(
    { ...ALERT, activity: 'update', detections: [TAMPER.id], signals: [{ ...SIGNAL, event, detection: TAMPER.id }] },
    CONTEXT,
  );
  assert.deepEqual(validateFinding(finding), []);
  assert.deepEqual(finding.cloud, { provider: 'AWS', account: { uid: '111122223333' } });
  assert.deepEqual(finding.metadata.profiles, ['cloud']);
  assert.equal(finding.type_uid, 200402);
  assert.deepEqual(finding.finding_info.attacks, [
    {
      version: '19',
      tactic: { uid: 'TA0112', name: 'Defense Impairment' },
      technique: { uid: 'T1685', name: 'Disable or Modify Tools' },
      sub_technique: { uid: 'T1685.002', name: 'Disable or Modify Cloud Log' },
    },
  ]);
  assert.deepEqual(finding.unmapped.attack_ids_before_v19, ['T1562.008']);
});

test('an update with weaker signals keeps title, analytic and first steps of what made the finding grave', () => {
  const added: Alert = { ...ALERT, activity: 'update', before: 'high', signals: [EXEC], detections: [EXEC_META.id, META.id], count: 3 };
  const finding = toOcsf(added, CONTEXT);
  assert.deepEqual(validateFinding(finding), []);
  assert.equal(finding.activity_id, 2);
  assert.equal(finding.count, 3);
  assert.equal(finding.finding_info.title, META.title);
  assert.equal(finding.finding_info.analytic.uid, META.id);
  assert.deepEqual(
    finding.finding_info.related_analytics?.map(({ uid }) => uid),
    [EXEC_META.id],
  );
  assert.match(finding.finding_info.desc, /^Told earlier in this finding: Secrets of the whole cluster listed\. Latest: .* runs a command/);
  assert.deepEqual(finding.unmapped.next_steps, [...META.nextSteps, ...EXEC_META.nextSteps]);
});

test('an alert that knows what gave the finding its severity is named by that', () => {
  const finding = toOcsf({ ...ALERT, activity: 'update', before: 'high', signals: [EXEC, SIGNAL], lead: META.id }, CONTEXT);
  assert.equal(finding.finding_info.title, META.title);
  assert.equal(toOcsf({ ...ALERT, lead: EXEC_META.id }, CONTEXT).finding_info.title, EXEC_META.title);
});

test('an update that raises the severity is told like a new finding, by its gravest signal', () => {
  const raised: Alert = { ...ALERT, activity: 'update', before: 'medium', detections: [EXEC_META.id, META.id], count: 2 };
  const finding = toOcsf(raised, CONTEXT);
  const created = toOcsf(ALERT, CONTEXT);
  assert.equal(finding.activity_name, 'Update');
  assert.equal(finding.severity, 'High');
  assert.equal(finding.finding_info.title, created.finding_info.title);
  assert.equal(finding.finding_info.desc, created.finding_info.desc);
  assert.deepEqual(finding.remediation, created.remediation);
});

test('a rule that compared with nothing is a Rule and an informational finding is no alert', () => {
  const quiet = toOcsf({ ...ALERT, severity: 'info', signals: [{ ...SIGNAL, because: [] }] }, CONTEXT);
  assert.equal(quiet.finding_info.analytic.type, 'Rule');
  assert.equal(quiet.is_alert, false);
  assert.equal(quiet.severity_id, 1);
});

test('an address that is none is a name, not an ip', () => {
  for (const ip of ['1', '0x7f.1', '010.0.0.1', '10.0.0.300', 'fe80::1%eth0', '[::1]', 'unknown']) {
    const finding = toOcsf({ ...ALERT, signals: [{ ...SIGNAL, event: { ...EVENT, address: { ...EVENT.address, ip } } }] }, CONTEXT);
    assert.deepEqual(validateFinding(finding), [], ip);
    assert.equal(finding.evidences[0]?.src_endpoint?.ip, undefined, ip);
    assert.equal(finding.evidences[0]?.src_endpoint?.name, ip);
  }
});

test('a path that is no resource is named by its path, and a code that the log does not give is left out', () => {
  const path = operation('kubernetes', 'get', '/openapi', '', '', 'path');
  const finding = toOcsf(
    { ...ALERT, signals: [{ ...SIGNAL, event: { ...EVENT, operation: path, path: '/openapi/v2', code: 0 } }] },
    CONTEXT,
  );
  assert.deepEqual(finding.resources, [{ type: 'path', uid: 'prod-1/openapi/v2' }]);
  assert.equal(finding.evidences[0]?.api.group, undefined);
  assert.deepEqual(finding.evidences[0]?.api.response, { message: 'ok' });
});

test('a higher severity never gives a lower risk score, whatever the confidence', () => {
  const scores = (['info', 'low', 'medium', 'high', 'critical'] as const).flatMap((severity) =>
    (['low', 'medium', 'high'] as const).map((confidence) => toOcsf({ ...ALERT, severity, confidence }, CONTEXT).risk_score),
  );
  assert.deepEqual(
    scores,
    [...scores].sort((a, b) => a - b),
  );
});

test('every alert, however hostile its texts, gives a valid finding of at most 64 KB that survives JSON unchanged', () => {
  const ourKeys = keysOf(toOcsf(ALERT, CONTEXT));
  for (const key of [
    'response',
    'code',
    'cloud',
    'provider',
    'account',
    'profiles',
    'related_analytics',
    'is_truncated',
    'sub_technique',
    'value',
  ])
    ourKeys.add(key);
  fc.assert(
    fc.property(anyAlert, (alert) => {
      const finding = toOcsf(alert, WHOLE);
      const text = JSON.stringify(finding);
      assert.deepEqual(validateFinding(finding), []);
      assert.deepEqual(JSON.parse(text), finding);
      assert.ok(Buffer.byteLength(text) <= MOST_BYTES);
      assert.ok(textsOf(finding).every((found) => found.isWellFormed() && found.length <= 4096));
      for (const key of keysOf(finding)) assert.ok(ourKeys.has(key) || /^[a-z_]+$/.test(key), key);
    }),
    { ...BRIEF, numRuns: 100 },
  );
});

test('the worst alert there can be still fits', () => {
  for (const worst of ['\u0001', '\u{1f600}', '"', '\ud800']) {
    const text = worst.repeat(2000);
    const event = {
      ...EVENT,
      id: text,
      scope: text,
      source: text,
      name: text,
      namespace: text,
      path: text,
      groups: Array.from({ length: 32 }, () => text),
      claimedHops: Array.from({ length: 8 }, () => text),
      client: { family: text, version: text, agent: text },
      credential: { kind: 'token' as const, id: text },
      body: { command: Array.from({ length: 16 }, () => text), target: text, issued: text, refusedTarget: text },
    };
    const because = Array.from({ length: 8 }, (_, i) => ({ dimension: `${i}${text}`, observed: text, usual: [text, text, text] }));
    const signals = Array.from({ length: 10 }, (_, i) => ({
      ...SIGNAL,
      detection: `${i}${text}`,
      what: text,
      because,
      event: { ...event, id: `${i}${text}` },
    }));
    const alert: Alert = {
      ...ALERT,
      identity: { ...ALERT.identity, name: text },
      signals,
      detections: signals.map(({ detection }) => detection),
      obtainedBy: [text, text, text, text, text],
    };
    const finding = toOcsf(alert, { ...CONTEXT, blindSpots: () => Array.from({ length: 30 }, () => text) });
    assert.deepEqual(validateFinding(finding), []);
    assert.ok(utf8Bytes(JSON.stringify(finding)) <= MOST_BYTES);
    assert.equal(finding.metadata.is_truncated, true);
  }
});

test('bytes are counted as UTF-8 counts them', () => {
  fc.assert(
    fc.property(hostile, (text) => assert.equal(utf8Bytes(text.toWellFormed()), Buffer.byteLength(text))),
    BRIEF,
  );
});
