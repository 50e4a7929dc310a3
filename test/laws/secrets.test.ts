import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { toText } from '../../src/alerting/formats/text.ts';
import { rejectionText, summaryText } from '../../src/cli/summary.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { detections } from '../../src/detections/registry.gen.ts';
import { ALICE, CHECKOUT, recordOf } from '../support/arbitrary-record.ts';
import { formatContext } from '../support/format.ts';
import { type Judged, judgeRecords, tellAll } from '../support/judge.ts';
import { sampleRecords } from '../support/sample-records.ts';

/*
 * A word that stands for a secret is put wherever logs hold secrets, and looked for in everything that leaves or is kept. Not covered, as
 * they are shown on purpose: the command of an exec, a user agent, a path, the name of an object. A password typed into one of these
 * cannot be told from any other word.
 */
const CANARY = 'Zq7CANARYx9';
/** The same in base64, at each of the three offsets a text can have. */
const CANARIES = [
  CANARY,
  ...['', 'a', 'aa'].map((before) =>
    Buffer.from(before + CANARY)
      .toString('base64')
      .slice(before === '' ? 0 : 4, -4),
  ),
];

const SECRET_FIELDS = [
  'token',
  'accessToken',
  'access_token',
  'refreshToken',
  'id_token',
  'sessionToken',
  'secretAccessKey',
  'password',
  'passwd',
  'secret',
  'secretString',
  'clientSecret',
  'Authorization',
  'authorization',
  'x-amz-security-token',
  'apiKey',
  'privateKeyData',
  'privateKey',
  'data',
  'stringData',
  'keyValue',
  'plaintext',
  'headers',
  'kubeconfig',
  'client-key-data',
  'env',
  'annotations',
  'last-applied-configuration',
];

/** A copy of a record with a secret beside the fields of every object in it; fields that are there stay. */
function planted(value: unknown, depth = 0): unknown {
  if (Array.isArray(value)) return value.map((item) => planted(item, depth + 1));
  if (typeof value !== 'object' || value === null || depth > 8) return value;
  const copy = new Map<string, unknown>(Object.entries(value).map(([key, inner]) => [key, planted(inner, depth + 1)]));
  for (const field of SECRET_FIELDS) {
    if (copy.has(field)) continue;
    const nested = field === 'data' || field === 'headers' || field === 'annotations' || field === 'env';
    copy.set(
      field,
      nested ? { password: `${CANARY}-${field}`, encoded: Buffer.from(`${CANARY}-${field}`).toString('base64') } : `${CANARY}-${field}`,
    );
  }
  return Object.fromEntries(copy);
}

const { context, render, text } = formatContext();

/** Everything that leaves the process or is kept, as one text. */
function output({ alerts, tally, store, identities, blindSpots }: Judged): string {
  const memories = [...store.entries()].map(([entity, bytes]) => `${entity} ${Buffer.from(bytes).toString('latin1')}`);
  const said = alerts.flatMap((alert) => [
    JSON.stringify(render(alert)),
    text(alert),
    toText(alert, context, { color: true, width: 120 }),
    toText(alert, context, { color: false, width: 10_000 }),
  ]);
  const inside = JSON.stringify(alerts, (_key, value) => (typeof value === 'object' && value instanceof Map ? [...value] : value));
  const summary = summaryText({ tally, minSeverity: 'info', identities, blindSpots, seconds: 1, notes: [] });
  return [...memories, ...said, inside, summary, ...tally.rejections.map(rejectionText), JSON.stringify(tally.rejections)].join('\n');
}

function assertSilent(judged: Judged, what: string): void {
  const all = output(judged);
  for (const canary of CANARIES) {
    const at = all.indexOf(canary);
    assert.equal(at, -1, `${what}: …${all.slice(Math.max(0, at - 200), at + 60)}`);
  }
}

const ALL = { detections: [...detections, tellAll] };

for (const [source, records] of sampleRecords()) {
  test(`a secret in any unnamed field of a record of ${source} is in no alert, no memory, no count and no excerpt`, async () => {
    const judged = await judgeRecords(
      records.map((record) => planted(record)),
      ALL,
    );
    assert.ok(judged.alerts.length > 0 && judged.tally.judged > records.length / 3, `${judged.tally.judged} of ${records.length} judged`);
    assertSilent(judged, source);
  });
}

const audit = (resource: string, changes: JsonObject, subresource?: string): JsonObject => ({
  ...recordOf(
    {
      actor: CHECKOUT,
      deed: { verb: 'create', resource, namespace: 'payments', name: 'x', code: 201, ...(subresource && { subresource }) },
      day: 4,
      minute: 0,
    },
    `secret-${resource}`,
  ),
  ...changes,
});

const BODIES: readonly (readonly [what: string, record: JsonObject])[] = [
  [
    'the body of a Secret',
    audit('secrets', {
      requestObject: { kind: 'Secret', stringData: { db: CANARY } },
      responseObject: { kind: 'Secret', data: { db: CANARY } },
    }),
  ],
  [
    'a token that was minted',
    audit('serviceaccounts', { requestObject: { spec: { audiences: ['x'] } }, responseObject: { status: { token: CANARY } } }, 'token'),
  ],
  [
    'a token under review',
    audit('tokenreviews', { requestObject: { spec: { token: CANARY } }, responseObject: { spec: { token: CANARY } } }),
  ],
  [
    'environment variables of a pod',
    audit('pods', { requestObject: { spec: { containers: [{ image: 'a', env: [{ name: 'P', value: CANARY }], args: [CANARY] }] } } }),
  ],
  [
    'a last-applied annotation',
    audit('configmaps', { requestObject: { metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': CANARY } } } }),
  ],
  ['the query of a request', audit('services', { requestURI: `/api/v1/namespaces/payments/services/x?access_token=${CANARY}` }, 'proxy')],
  [
    'a signing request',
    audit('certificatesigningrequests', {
      requestObject: { spec: { request: CANARY } },
      responseObject: { status: { certificate: CANARY } },
    }),
  ],
  [
    'an error message',
    audit('secrets', { responseStatus: { code: 422, message: `invalid value: ${CANARY}`, details: { causes: [{ message: CANARY }] } } }),
  ],
  [
    'extra fields of a user',
    audit('pods', { user: { username: ALICE.username, groups: [], extra: { 'scopes.example.com/token': [CANARY] } } }),
  ],
];

for (const [what, record] of BODIES) {
  test(`${what} is in no alert, no memory, no count and no excerpt`, async () => {
    const judged = await judgeRecords([record], ALL);
    assert.equal(judged.tally.judged, 1);
    assert.ok(judged.alerts.length > 0);
    assertSilent(judged, what);
  });
}

test('a command that was run in a pod is shown, so that people can see what was done', async () => {
  const exec = recordOf(
    {
      actor: CHECKOUT,
      deed: {
        verb: 'create',
        resource: 'pods',
        subresource: 'exec',
        namespace: 'shop',
        name: 'cart-0',
        query: `?command=cat&command=${CANARY}`,
      },
      day: 4,
      minute: 0,
    },
    'exec',
  );
  const judged = await judgeRecords([exec], ALL);
  assert.ok(output(judged).includes(CANARY));
});

test('no excerpt of a damaged record shows a secret, wherever the record is cut', async () => {
  const records: readonly unknown[] = [
    ...BODIES.map(([, record]) => record),
    { eventName: 'AssumeRole', eventSource: 'sts.amazonaws.com', responseElements: { credentials: { sessionToken: CANARY } } },
    { log: JSON.stringify(BODIES[0]?.[1]) },
  ];
  for (const record of records) {
    const whole = JSON.stringify(record);
    const lines = [];
    for (let length = 1; length < whole.length; length += 7) lines.push(whole.slice(0, length), whole.slice(length));
    const judged = await judgeRecords(Buffer.from(lines.join('\n')), ALL);
    assert.ok(judged.tally.rejected + judged.tally.ignoredCount > 0);
    assertSilent(judged, 'a cut record');
  }
});

test('no excerpt of damaged packed or plain text shows a secret', async () => {
  const packed = gzipSync(JSON.stringify(BODIES[0]?.[1]));
  const texts = [
    packed.subarray(0, packed.length - 9),
    Buffer.from(JSON.stringify({ data: packed.toString('base64').slice(0, -20) })),
    Buffer.from(`Authorization: Bearer ${CANARY}\npassword=${CANARY}\n{"token": "${CANARY}" "kind"}\n`),
    Buffer.from(`\ufeff{"kind":"Event",,"token":"${CANARY}"}\n`),
    Buffer.from(`[{"kind":"Event","token":"${CANARY}"},`),
  ];
  for (const each of texts) assertSilent(await judgeRecords(each, ALL), each.toString().slice(0, 30));
});
