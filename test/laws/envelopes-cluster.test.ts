import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Hints } from '../../src/core/source.ts';
import { clusterOf } from '../../src/envelopes/cluster.ts';
import { millis } from '../../src/envelopes/hints.ts';

const AKS = '/SUBSCRIPTIONS/1/RESOURCEGROUPS/SHOP/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/Shop-1';

test('the cluster is what stands first: field, header, resource id, log group, label, configuration', () => {
  const order: readonly (readonly [Hints, string | undefined, string])[] = [
    [{ clusterField: 'field', clusterHeader: 'header', resourceId: AKS }, 'label', 'field'],
    [{ clusterHeader: 'header', resourceId: AKS }, 'label', 'header'],
    [{ resourceId: AKS, logGroup: '/aws/eks/shop-2/cluster' }, 'label', 'shop-1'],
    [{ resourceId: `${AKS}/providers/x` }, undefined, 'shop-1'],
    [{ resourceId: '/SUBSCRIPTIONS/1', logGroup: '/aws/eks/shop-2/cluster' }, 'label', 'shop-2'],
    [{ logGroup: '/aws/lambda/other' }, 'label', 'label'],
    [{}, '', 'configured'],
  ];
  for (const [hints, label, expected] of order) assert.equal(clusterOf(hints, label, 'configured'), expected);
});

test('any number of resource ids is answered rightly though few are remembered', () => {
  for (let i = 0; i < 5000; i++) assert.equal(clusterOf({ resourceId: `/x/managedClusters/c${i}` }, undefined, ''), `c${i}`);
});

test('times of shippers are read as seconds, milliseconds, microseconds, nanoseconds or text', () => {
  const time = Date.UTC(2026, 2, 2, 8);
  for (const value of [
    time / 1000,
    time,
    time * 1000,
    time * 1e6,
    String(time / 1000),
    `${time}000000`,
    '2026-03-02T08:00:00Z',
    '2026-03-02T08:00:00.000000000Z',
  ]) {
    assert.equal(millis(value), time, String(value));
  }
  for (const value of [undefined, null, '', 'yesterday', Number.NaN, -1, 0, {}, 'x'.repeat(100)]) assert.equal(millis(value), undefined);
});
