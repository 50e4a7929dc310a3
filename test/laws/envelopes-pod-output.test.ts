import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodiesOf, entriesOf } from '../support/envelope-entries.ts';
import { auditEvent, otlp, trailRecord, WRAPPINGS } from '../support/envelope-samples.ts';

const event = auditEvent(1);
const line = JSON.stringify(event);
const IGNORED = [{ ignored: 'pod-output' }];
const server = { namespace_name: 'kube-system', pod_name: 'kube-apiserver-cp-0', container_name: 'kube-apiserver' };
const web = { namespace_name: 'shop', pod_name: 'web-0', container_name: 'web' };

function withAttributes(namespace: string, pod: string): unknown {
  const message = otlp([line]);
  const [first] = message.resourceLogs as { resource: { attributes: unknown[] } }[];
  first?.resource.attributes.push(
    { key: 'k8s.namespace.name', value: { stringValue: namespace } },
    { key: 'k8s.pod.name', value: { stringValue: pod } },
  );
  return message;
}

test('what any pod prints is no audit log, in the forms of the shippers that say so', () => {
  const printed: readonly unknown[] = [
    { log: line, kubernetes: web },
    { log: line, log_processed: event, kubernetes: web },
    { ...event, kubernetes: web },
    [1772438400.5, { log: line, kubernetes: web }],
    { message: line, kubernetes: { pod_namespace: 'shop', pod_name: 'web-0', container_name: 'web' } },
    { message: line, kubernetes: { namespace: 'shop', pod: { name: 'web-0' }, container: { name: 'web' } } },
    { log: line, 'kubernetes.namespace_name': 'shop', 'kubernetes.pod_name': 'web-0' },
    { line, labels: { namespace: 'shop', pod: 'web-0', container: 'web' } },
    {
      logName: 'projects/example/logs/stdout',
      jsonPayload: event,
      resource: { type: 'k8s_container', labels: { namespace_name: 'shop', pod_name: 'web-0' } },
    },
    withAttributes('shop', 'web-0'),
    { log: JSON.stringify(trailRecord), kubernetes: web },
  ];
  for (const record of printed) assert.deepEqual(entriesOf(record), IGNORED, JSON.stringify(record));
});

test('a pod cannot take an API server’s name, nor say so itself', () => {
  const taken = { ...server, namespace_name: 'shop' };
  assert.deepEqual(entriesOf({ log: line, kubernetes: taken }), IGNORED);
  assert.deepEqual(entriesOf({ log: line, kubernetes: { ...server, pod_name: 'coredns-1', container_name: 'coredns' } }), IGNORED);
  for (const { name, strings, wrap } of WRAPPINGS) {
    const claim = { log: JSON.stringify(wrap({ ...event, kubernetes: server })), kubernetes: web };
    if (strings < 2) assert.deepEqual(bodiesOf(entriesOf(claim)), [], name);
  }
});

test('an API server that prints its audit log is heard, and so is a record that names no pod', () => {
  const heard: readonly unknown[] = [
    { log: line, kubernetes: server },
    { log: line, kubernetes: { namespace_name: 'openshift-kube-apiserver', pod_name: 'kube-apiserver-master-0' } },
    { log: line, kubernetes: { container_name: 'kube-apiserver' } },
    { log: line, kubernetes: { host: 'cp-0', cluster: 'shop' } },
    { line, labels: { job: 'audit', filename: '/var/log/kubernetes/audit.log' } },
    withAttributes('kube-system', 'kube-apiserver-cp-0'),
  ];
  for (const record of heard) assert.deepEqual(bodiesOf(entriesOf(record)), [event], JSON.stringify(record));
});

test('other lines of a pod stay what they were', () => {
  assert.deepEqual(entriesOf({ log: '{"level":"info","msg":"served"}', kubernetes: web }), [{ ignored: 'not-an-audit-log' }]);
  assert.deepEqual(entriesOf({ log: 'served', kubernetes: web }), [{ ignored: 'not-an-audit-log' }]);
});
