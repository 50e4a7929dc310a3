import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '../../src/envelopes/entry.ts';
import { bodiesOf, entriesIn, entriesOf } from '../support/envelope-entries.ts';
import {
  activityRecord,
  aksRecord,
  auditEvent,
  base64,
  cloudWatch,
  gcpEntry,
  otlp,
  packed,
  trailRecord,
  WRAPPINGS,
} from '../support/envelope-samples.ts';

const event = auditEvent(1);
const line = JSON.stringify(event);

function hintsOf(entries: readonly Entry[]): unknown {
  const first = entries[0];
  return first !== undefined && 'body' in first ? first.hints : undefined;
}

for (const { name, wrap } of WRAPPINGS) {
  test(`an audit event in ${name} comes out as it was`, () => {
    assert.deepEqual(bodiesOf(entriesOf(wrap(event))), [event]);
    assert.equal(entriesOf(wrap(event)).length, 1);
  });
}

test('1: a bare audit event is an entry, with the fields a shipper put beside it as hints', () => {
  const shipped = { '@timestamp': 1772438400.25, ...event, cluster: 'shop' };
  assert.deepEqual(entriesOf(shipped), [{ body: shipped, hints: { clusterField: 'shop', shippedAt: 1772438400250 } }]);
  assert.deepEqual(entriesOf(event), [{ body: event, hints: {} }]);
});

test('2: the items of an EventList get the kind that the API server leaves out', () => {
  const { kind: _kind, apiVersion: _version, ...item } = event;
  const list = { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items: [item, item] };
  assert.deepEqual(bodiesOf(entriesOf(list)), [event, event]);
});

test('3: other text in a log field is no audit log, and nothing is rejected', () => {
  for (const log of [
    'Fluent Bit is logging\n',
    'I0302 08:00:00.1 1 controller.go:12] synced',
    'time="2026" level=info msg="access granted {x}"',
  ]) {
    assert.deepEqual(entriesOf({ log, stream: 'stdout' }), [{ ignored: 'not-an-audit-log' }]);
  }
});

test('3: a string that holds a container line with JSON is opened', () => {
  assert.deepEqual(bodiesOf(entriesOf({ log: `2026-03-02T08:00:00.1Z stdout F ${line}` })), [event]);
});

test('4: kubernetes.audit of Elastic Agent is opened, nested or dotted', () => {
  const ecs = { '@timestamp': '2026-03-02T08:00:00Z', message: 'x', orchestrator: { cluster: { name: 'shop' } } };
  assert.deepEqual(entriesOf({ ...ecs, kubernetes: { audit: event } }), [
    { body: event, hints: { clusterField: 'shop', shippedAt: 1772438400000 } },
  ]);
  assert.deepEqual(bodiesOf(entriesOf({ ...ecs, 'kubernetes.audit': event })), [event]);
});

test('5: an Azure message with several records gives each, with the resource id, and leaves other logs of the cluster out', () => {
  const found = entriesOf({
    records: [
      aksRecord('kube-audit', line),
      aksRecord('kube-apiserver', 'I0302 text'),
      aksRecord('guard', '{"a":1}'),
      aksRecord('kube-audit-admin', line),
    ],
  });
  assert.deepEqual(bodiesOf(found), [event, event]);
  assert.deepEqual(found.slice(1, 3), [{ ignored: 'not-an-audit-log' }, { ignored: 'not-an-audit-log' }]);
  assert.match(JSON.stringify(hintsOf(found)), /MANAGEDCLUSTERS\/Shop-1/);
});

test('5: properties may be a string', () => {
  const record = { ...aksRecord('kube-audit', ''), properties: JSON.stringify({ log: line }) };
  assert.deepEqual(bodiesOf(entriesOf(record)), [event]);
});

test('6: activity records are entries themselves', () => {
  assert.deepEqual(bodiesOf(entriesOf({ records: [activityRecord] })), [activityRecord]);
  assert.deepEqual(bodiesOf(entriesOf({ value: [activityRecord, activityRecord] })), [activityRecord, activityRecord]);
});

test('7: CloudWatch messages carry the log group; control messages are ignored', () => {
  const found = entriesOf(cloudWatch([line, 'time="2026-03-02" level=info msg="access granted"']));
  assert.deepEqual(found, [
    { body: event, hints: { logGroup: '/aws/eks/shop/cluster', shippedAt: 1772438400000 } },
    { ignored: 'not-an-audit-log' },
  ]);
  assert.deepEqual(entriesOf({ messageType: 'CONTROL_MESSAGE', logEvents: [{ message: 'health' }] }), [{ ignored: 'control-message' }]);
  assert.deepEqual(bodiesOf(entriesOf({ events: [{ timestamp: 1, message: line }] })), [event]);
});

test('8: CloudTrail is read from files, EventBridge, LookupEvents, queues, and flattened', () => {
  const wrapped = [
    { Records: [trailRecord] },
    { 'detail-type': 'AWS API Call via CloudTrail', source: 'aws.sts', detail: trailRecord },
    { EventId: '1', EventName: 'GetCallerIdentity', CloudTrailEvent: JSON.stringify(trailRecord) },
    { Events: [{ EventId: '1', CloudTrailEvent: JSON.stringify(trailRecord) }] },
    { Records: [{ eventSource: 'aws:kinesis', eventName: 'aws:kinesis:record', kinesis: { data: base64(trailRecord) } }] },
    { Type: 'Notification', Message: JSON.stringify({ Records: [trailRecord] }) },
    trailRecord,
  ];
  for (const value of wrapped) assert.deepEqual(bodiesOf(entriesOf(value)), [trailRecord], JSON.stringify(value));
  const flat = { '@version': '1', '@timestamp': '2026-03-02T08:00:05Z', ...trailRecord };
  assert.deepEqual(entriesOf(flat), [{ body: flat, hints: { shippedAt: 1772438405000 } }]);
});

test('8: notifications of S3 and other EventBridge events are no audit log', () => {
  assert.deepEqual(entriesOf({ Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3: {} }] }), [
    { ignored: 'not-an-audit-log' },
  ]);
  assert.deepEqual(entriesOf({ 'detail-type': 'EC2 Instance State-change', detail: { state: 'on' } }), [{ ignored: 'not-an-audit-log' }]);
});

test('9: GCP entries are passed on, Pub/Sub is opened, request and text logs are ignored', () => {
  assert.deepEqual(bodiesOf(entriesOf(gcpEntry)), [gcpEntry]);
  assert.deepEqual(bodiesOf(entriesOf({ data: base64(gcpEntry), messageId: '1' })), [gcpEntry]);
  const exported = { logName: gcpEntry.logName, protopayload_auditlog: gcpEntry.protoPayload, httpRequest: null };
  assert.deepEqual(bodiesOf(entriesOf(exported)), [exported]);
  assert.deepEqual(entriesOf({ logName: 'projects/example/logs/requests', httpRequest: { status: 200 } }), [
    { ignored: 'not-an-audit-log' },
  ]);
  assert.deepEqual(entriesOf({ logName: 'projects/example/logs/stdout', textPayload: 'hello' }), [{ ignored: 'not-an-audit-log' }]);
  assert.deepEqual(bodiesOf(entriesOf({ logName: 'projects/example/logs/audit', jsonPayload: event })), [event]);
});

test('10: every OTLP log record is an entry, with the cluster of its resource', () => {
  const found = entriesOf(otlp([event, line]));
  assert.deepEqual(bodiesOf(found), [event, event]);
  assert.deepEqual(hintsOf(found), { clusterField: 'shop-otel', shippedAt: 1772438400000 });
});

test('11 to 13: Filebeat, Logstash, Vector and Fluentd lines are opened', () => {
  const shippers = [
    { '@timestamp': '2026-03-02T08:00:00Z', '@metadata': { beat: 'filebeat' }, message: line, log: { offset: 1, file: { path: 'a' } } },
    { '@timestamp': '2026-03-02T08:00:00Z', '@version': '1', message: line, host: { name: 'cp-0' } },
    { file: 'audit.log', host: 'cp-0', message: line, source_type: 'file', timestamp: '2026-03-02T08:00:00Z' },
    { tag: 'kube.audit', time: 1772438400, ...event },
  ];
  for (const value of shippers) {
    assert.equal((bodiesOf(entriesOf(value))[0] as Record<string, unknown>).auditID, event.auditID, JSON.stringify(value));
    assert.equal(entriesOf(value).length, 1);
  }
  assert.deepEqual(bodiesOf(entriesIn(`2026-03-02T08:00:00.000Z cp-0 ${line}\n`)), [event]);
});

test('gzip is opened as a whole value, as base64 in a field, and as base64 text', () => {
  assert.deepEqual(bodiesOf(entriesIn(Buffer.from(packed(cloudWatch([line])), 'base64'))), [event]);
  assert.deepEqual(bodiesOf(entriesOf({ awslogs: { data: packed(cloudWatch([line])) } })), [event]);
  assert.deepEqual(bodiesOf(entriesOf({ message: packed(event) })), [event]);
});

test('an unknown object is passed on for the sources to decide', () => {
  const unknown = { level: 'info', latency: 3 };
  assert.deepEqual(entriesOf(unknown), [{ body: unknown, hints: {} }]);
});

test('what is empty is ignored as such', () => {
  for (const value of [{}, [], null, '', ' \n', { records: [] }, { Records: [] }, { log: '' }, { resourceLogs: [] }]) {
    assert.deepEqual(entriesOf(value), [{ ignored: 'empty' }], JSON.stringify(value));
  }
});
