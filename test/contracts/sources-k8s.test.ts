import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Body } from '../../src/core/body.ts';
import { asObject, type JsonObject } from '../../src/core/json.ts';
import { source } from '../../src/sources/k8s-audit/source.ts';
import { notRun, root, shared } from '../support/paths.ts';
import { countOutcomes, fixture, playSamples, readLines, sampleSettings } from '../support/samples.ts';

const SAMPLES = 'src/sources/k8s-audit/samples.jsonl';

playSamples(source, SAMPLES);

const records: readonly JsonObject[] = readLines(join(root, SAMPLES)).map((line) => asObject(asObject(line)?.record) ?? {});

function callOf(record: JsonObject): string {
  const outcome = source.normalise(record, {}, sampleSettings);
  return outcome.kind === 'event' ? `${outcome.event.callHigh}/${outcome.event.callLow}` : outcome.reason;
}

function sample(matches: (record: JsonObject) => boolean): JsonObject {
  const found = records.find(matches);
  assert.ok(found !== undefined, 'no such sample');
  return found;
}

test('no secret of a record reaches an event', () => {
  assert.ok(records.some((record) => JSON.stringify(record).includes('canary')));
  for (const record of records) {
    const outcome = source.normalise(record, {}, sampleSettings);
    if (outcome.kind === 'event') assert.doesNotMatch(JSON.stringify(outcome.event), /canary/);
  }
});

test('the stages of one call share their hash (cluster.md fact 10)', () => {
  const started = sample(({ verb, stage, responseStatus }) => {
    return verb === 'watch' && stage === 'ResponseStarted' && asObject(responseStatus)?.code === 403;
  });
  const complete = sample(({ auditID, stage }) => auditID === started.auditID && stage === 'ResponseComplete');
  assert.equal(callOf(started), callOf(complete));
});

test('two calls under one client-chosen Audit-ID keep different hashes (cluster.md fact 13)', () => {
  const own = sample(({ auditID }) => auditID === 'my-own-id-1');
  const variants = [
    own,
    { ...own, requestURI: '/api/v1/namespaces/inventory/secrets' },
    { ...own, verb: 'list' },
    { ...own, user: { username: 'system:serviceaccount:inventory:other' } },
    { ...own, requestReceivedTimestamp: '2026-11-10T00:00:00.000000Z' },
  ];
  assert.equal(new Set(variants.map(callOf)).size, variants.length);
});

/** What the bodies of one call of a workload say. */
function bodyOf(resource: string, request: unknown, own: JsonObject = {}): Body {
  const [group, name, subresource] = resource.split('/');
  const objectRef = { apiGroup: group, resource: name, namespace: 'builds', name: 'x', subresource };
  const base = {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    stage: 'ResponseComplete',
    verb: 'create',
    objectRef,
    requestObject: request,
  };
  const outcome = source.normalise({ ...base, ...own }, { shippedAt: 1 }, sampleSettings);
  assert.equal(outcome.kind, 'event');
  return outcome.kind === 'event' ? outcome.event.body : {};
}

function many(count: number, make: (number: number) => unknown): unknown[] {
  return Array.from({ length: count }, (_, number) => make(number));
}

test('what makes a pod dangerous is found behind any number of harmless parts', () => {
  const privileged = { image: 'b', securityContext: { privileged: true, capabilities: { add: ['cap_sys_admin'] } } };
  const noise = many(90, (number) => ({ image: 'a', securityContext: { capabilities: { add: [`NONE_${number}`] } } }));
  const logs = many(90, (number) => ({ hostPath: { path: `/var/log/app-${number}` } }));
  const spec = {
    containers: [...noise, privileged],
    volumes: [...many(90, () => ({ emptyDir: {} })), ...logs, { hostPath: { path: '/etc' } }],
  };
  const { workload } = bodyOf('/pods', { spec });
  assert.equal(workload?.privileged, true);
  assert.ok(workload?.capabilities.includes('SYS_ADMIN'));
  assert.ok(workload?.hostPaths.includes('/etc'));
  assert.ok(workload.hostPaths.length <= 16 && workload.capabilities.length <= 64 && workload.images.length <= 16);
});

test('a host path is the place it leads to, and few paths keep their order', () => {
  const paths = ['/var/log/../../etc', '/var//lib/./x', '/var/log', '/'].map((path) => ({ hostPath: { path } }));
  const { workload } = bodyOf('/pods', { spec: { containers: [], volumes: paths } });
  assert.deepEqual(workload?.hostPaths, ['/etc', '/var/lib/x', '/var/log', '/']);
});

test('a binding to everybody is found behind any number of subjects', () => {
  const people = many(90, (number) => ({ kind: 'User', name: `user-${number}` }));
  const roleRef = { kind: 'ClusterRole', name: 'view' };
  const everybody = { kind: 'Group', name: 'system:unauthenticated' };
  const { grant } = bodyOf('rbac.authorization.k8s.io/clusterrolebindings', { roleRef, subjects: [...people, everybody] });
  assert.equal(grant?.subjects[0]?.name, 'system:unauthenticated');
  assert.equal(grant?.subjects.length, 32);
});

test('rules are read to the last, and a rule for any subresource of a name gives what it gives', () => {
  const harmless = many(90, () => ({ verbs: ['get'], resources: ['pods'] }));
  const role = 'rbac.authorization.k8s.io/clusterroles';
  assert.equal(bodyOf(role, { rules: [...harmless, { verbs: ['*'], resources: ['*'] }] }).rules?.everything, true);
  const wide = { verbs: ['create'], resources: [...many(90, (number) => `x${number}`), '*/token', '*/exec', '*/proxy'] };
  assert.deepEqual(bodyOf(role, { rules: [wide] }).rules?.powers, ['serviceaccounts/token', 'pods/exec', 'nodes/proxy']);
  assert.deepEqual(bodyOf(role, { rules: [{ verbs: ['get'], resources: ['*/status', '*/scale'] }] }).rules?.powers, []);
});

test('a JSON patch of the whole, of a spec or of a template is one that may give powers; of labels or a scale it is not', () => {
  const responseObject = { spec: { template: { spec: { hostPID: true, containers: [] } } } };
  const patched = (path: string) => bodyOf('apps/deployments', [{ op: 'replace', path, value: {} }], { verb: 'patch', responseObject });
  for (const path of ['', '/spec', '/spec/template', '/spec/template/spec', '/spec/template/spec/hostPID']) {
    assert.deepEqual(patched(path).workload?.hostNamespaces, ['hostPID'], path);
  }
  for (const path of ['/spec/replicas', '/metadata/labels/a', '/status']) assert.equal(patched(path).workload, undefined, path);
});

test('a command is decoded as the API server does, and a long one keeps what is grave in it', () => {
  const command = (query: string) => bodyOf('/pods/exec', undefined, { requestURI: `/x/exec?${query}` }).command;
  assert.deepEqual(command('%63ommand=ls&command=a+b%26c&container=d'), ['ls', 'a b&c']);
  assert.equal(command(`${'command=a&'.repeat(900)}command=%2Fvar%2Frun%2Fsecrets%2Fx`)?.at(-1), '/var/run/secrets/x');
  assert.match(command(`pad=${'x'.repeat(20_000)}&command=curl&command=169.254.169.254`)?.at(-1) ?? '', /169\.254/);
  assert.match(command(`command=${'+'.repeat(9_000)}/root/.aws/credentials`)?.at(-1) ?? '', /\.aws\/credentials$/);
  assert.equal(command('command=a&'.repeat(900))?.length, 16);
});

test('a way into a container through nodes/proxy is an operation of its own, measurements are not', () => {
  const through = (path: string) => {
    const record = { kind: 'Event', apiVersion: 'audit.k8s.io/v1', stage: 'ResponseComplete', verb: 'get' };
    const objectRef = { resource: 'nodes', name: 'n1', subresource: 'proxy' };
    const outcome = source.normalise(
      { ...record, objectRef, requestURI: `/api/v1/nodes/n1/proxy${path}` },
      { shippedAt: 1 },
      sampleSettings,
    );
    return outcome.kind === 'event' ? [outcome.event.operation.subresource, outcome.event.body.target] : [];
  };
  assert.deepEqual(through('/exec/shop/cart-0/cart?command=id'), ['proxy/exec', 'shop/cart-0']);
  assert.deepEqual(through('/stats/..//%2e/r%75n/shop/cart-0/cart?cmd=id'), ['proxy/run', 'shop/cart-0']);
  assert.deepEqual(through('/cri/exec/abc'), ['proxy/cri', undefined]);
  for (const path of ['', '/', '/metrics/cadvisor', '/pods', '/stats/summary?x=/exec/', '/%zz']) {
    assert.deepEqual(through(path), ['proxy', undefined], path);
  }
});

/** What becomes of the lines of each file; one stub has no time. */
const FIXTURES = [
  { path: 'falco/k8s_audit.jsonl', counts: { event: 84 } },
  { path: 'apisnoop/k8s_audit.jsonl', counts: { event: 13, 'no-time': 1 } },
  { path: 'audit2rbac/demo_v1.jsonl', counts: { event: 37 } },
  { path: 'rbac-tool/auditgen.jsonl', counts: { event: 6 } },
  { path: 'aks-sysdig/inner_audit_event.jsonl', counts: { event: 1 } },
  { path: 'panther/eks_audit.jsonl', counts: { event: 9 } },
] as const;

for (const { path, counts } of FIXTURES) {
  test(`the entries of ${path} are read without loss`, () => {
    const file = fixture(path);
    if (file === undefined) return notRun(path);
    assert.deepEqual(
      countOutcomes(
        source,
        readLines(file).map((line) => asObject(line) ?? {}),
      ),
      counts,
    );
  });
}

test('every line of a recording is an event', () => {
  const file = shared === undefined ? '' : join(shared, 'recordings/run-a/audit.jsonl.gz');
  if (!existsSync(file)) return notRun('recordings/run-a');
  const lines = gunzipSync(readFileSync(file)).toString().split('\n').filter(Boolean);
  assert.deepEqual(
    countOutcomes(
      source,
      lines.map((line) => asObject(JSON.parse(line)) ?? {}),
    ),
    { event: lines.length },
  );
});

test('an entry of any content is never thrown over, and its event is bounded', () => {
  const word = fc.oneof(
    fc.constantFrom(
      '__proto__',
      'pods',
      'exec',
      'create',
      'ResponseComplete',
      'system:serviceaccount:a:b',
      'system:node:',
      '\ud800',
      '%',
      '?',
    ),
    fc.string({ maxLength: 2_000 }),
  );
  const value = fc.oneof(word, fc.jsonValue(), fc.array(word, { maxLength: 50 }), fc.dictionary(word, fc.jsonValue()));
  const names = [
    'verb',
    'requestURI',
    'user',
    'impersonatedUser',
    'sourceIPs',
    'userAgent',
    'objectRef',
    'responseStatus',
    'requestObject',
    'responseObject',
    'annotations',
    'auditID',
    'requestReceivedTimestamp',
  ] as const;
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), value), fc.dictionary(word, value), (own, user) => {
      const record = { kind: 'Event', apiVersion: 'audit.k8s.io/v1', stage: 'ResponseComplete', verb: 'get', user, ...own };
      const outcome = source.normalise(record, { shippedAt: 0 }, sampleSettings);
      if (outcome.kind === 'event') assert.ok(JSON.stringify(outcome.event).length < 65_536);
    }),
    { numRuns: 500 },
  );
});
