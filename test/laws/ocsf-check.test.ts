import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateFinding } from '../support/ocsf.ts';

const ID = '7d9c2c52-5f7e-4a55-9a8e-3c1f0f5b6a01';

/** A finding written by hand from the schema, not by our encoder. */
function worked(): Record<string, unknown> {
  return {
    activity_id: 1,
    activity_name: 'Create',
    category_uid: 2,
    class_uid: 2004,
    type_uid: 200401,
    time: 1_794_000_000_223,
    severity_id: 4,
    severity: 'High',
    confidence_id: 2,
    confidence: 'Medium',
    is_alert: true,
    message: 'user ana bound a role',
    metadata: { version: '1.8.0', product: { name: 'Example' }, profiles: ['cloud'] },
    cloud: { provider: 'AWS', account: { uid: '111122223333' } },
    finding_info: {
      uid: ID,
      analytic: { type_id: 2, type: 'Behavioral', name: 'First binding' },
      attacks: [{ version: '19', technique: { uid: 'T1098', name: 'Account Manipulation' } }],
      related_events: [{ uid: 'e-1', type_uid: 600301 }],
    },
    evidences: [
      {
        actor: { user: { name: 'ana', type_id: 1, type: 'User' } },
        api: { operation: 'create', request: { uid: 'e-1' } },
        src_endpoint: { ip: '192.0.2.7' },
      },
    ],
    anomaly_analyses: [
      { analysis_targets: [{ name: 'ana' }], anomalies: [{ observation_parameter: 'operation', observations: [{ value: 'create' }] }] },
    ],
    observables: [{ name: 'evidences[0].src_endpoint.ip', type_id: 2, type: 'IP Address', value: '192.0.2.7' }],
    unmapped: { anything: { at: ['all'] } },
  };
}

test('a finding that follows the schema passes the OCSF check', () => {
  assert.deepEqual(validateFinding(worked()), []);
});

const PLANTED: readonly (readonly [string, (finding: Record<string, unknown>) => void])[] = [
  ['a missing required attribute', (finding) => delete finding.severity_id],
  ['a missing required attribute inside', (finding) => (finding.finding_info = { title: 'no uid' })],
  ['a misspelt attribute', (finding) => (finding.mesage = 'x')],
  ['an unknown attribute inside', (finding) => (finding.evidences = [{ actor: { user: { name: 'ana', nick: 'a' } } }])],
  ['a number as text', (finding) => (finding.time = '1794000000223')],
  ['a fraction where an integer belongs', (finding) => (finding.risk_score = 81.5)],
  ['a single value where an array belongs', (finding) => (finding.evidences = { actor: { app_name: 'x' } })],
  ['an enum out of range', (finding) => (finding.severity_id = 7)],
  ['an enum inside out of range', (finding) => (finding.finding_info = { uid: ID, analytic: { type_id: 12, name: 'x' } })],
  ['a text that contradicts its enum', (finding) => (finding.severity = 'Critical')],
  ['an activity name that contradicts its id', (finding) => (finding.activity_name = 'Close')],
  ['another class', (finding) => (finding.class_uid = 2001)],
  ['a type that is not class and activity', (finding) => (finding.type_uid = 200402)],
  ['another schema version', (finding) => (finding.metadata = { version: '1.5.0', product: { name: 'x' }, profiles: ['cloud'] })],
  ['an object that names nothing', (finding) => (finding.metadata = { version: '1.8.0', product: { version: '1' }, profiles: ['cloud'] })],
  ['evidence of nothing but a request', (finding) => (finding.evidences = [{ http_request: { user_agent: 'curl' } }])],
  ['an address that is none', (finding) => (finding.evidences = [{ src_endpoint: { ip: '10.0.0.300' } }])],
  ['a cloud without its profile', (finding) => (finding.metadata = { version: '1.8.0', product: { name: 'x' } })],
  ['a profile without its cloud', (finding) => delete finding.cloud],
  [
    'a profile that does not exist',
    (finding) => (finding.metadata = { version: '1.8.0', product: { name: 'x' }, profiles: ['cloud', 'weather'] }),
  ],
  ['an attribute of a profile not in use', (finding) => (finding.action_id = 1)],
  [
    'an observable that leads nowhere',
    (finding) => (finding.observables = [{ name: 'evidences[3].src_endpoint.ip', type_id: 2, value: '192.0.2.7' }]),
  ],
  [
    'an observable with another value',
    (finding) => (finding.observables = [{ name: 'evidences[0].src_endpoint.ip', type_id: 2, value: '192.0.2.8' }]),
  ],
  [
    'an anomaly without observations',
    (finding) => (finding.anomaly_analyses = [{ analysis_targets: [{ name: 'a' }], anomalies: [{ observation_parameter: 'x' }] }]),
  ],
];

for (const [what, plant] of PLANTED) {
  test(`the OCSF check reports ${what}`, () => {
    const finding = worked();
    plant(finding);
    assert.notDeepEqual(validateFinding(finding), []);
  });
}
