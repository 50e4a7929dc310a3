import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { entityKey } from '../../src/core/identity.ts';
import { kubernetesIdentity } from '../../src/sources/kubernetes/identity.ts';
import { BRIEF } from '../support/arbitrary-alert.ts';

const NASTY = [
  '__proto__',
  'constructor',
  'a/b',
  'a%2Fb',
  '%',
  '@10.0.0.1',
  'system:anonymous',
  'system:anonymous@10.0.0.1',
  'system:serviceaccount:a:b',
  'system:serviceaccount:a/b:c',
  'system:serviceaccount:a:b/c',
  'system:serviceaccount:a:',
  'system:serviceaccount::b',
  'system:serviceaccount:ab',
  'system:node:a',
  'system:node:',
  'node/a',
  'sa/a/b',
  '../x',
  '\u202eabc',
  'ａ',
];
const part = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: fc.constantFrom('/', '%', 'a', ':', '2', 'F', '@'), maxLength: 6 }),
  // Long names that differ at their ends only.
  fc.tuple(fc.constantFrom(200, 255, 256, 257, 300, 480), fc.constantFrom('a', 'b', '')).map(([length, end]) => 'n'.repeat(length) + end),
);

test('different parts give different entity keys', () => {
  const parts = fc.array(part, { minLength: 1, maxLength: 4 }).map((list) => ['k8s', ...list]);
  fc.assert(
    fc.property(parts, parts, (left, right) => {
      assert.equal(entityKey(...left) === entityKey(...right), JSON.stringify(left) === JSON.stringify(right));
    }),
    { ...BRIEF, numRuns: 2_000 },
  );
});

test('an entity key is plain text of bounded length, whatever the parts', () => {
  const anything = fc.array(fc.oneof(part, fc.string({ unit: 'binary' }), fc.constantFrom('\ud800', 'x'.repeat(1 << 20))), {
    maxLength: 5,
  });
  fc.assert(
    fc.property(anything, (parts) => {
      const key = entityKey('k8s', ...parts);
      assert.match(key, /^[!-~]*$/);
      assert.ok(key.length <= 4 + parts.length * (1 + 256));
      assert.equal(key.split('/').length, parts.length + 1);
    }),
    BRIEF,
  );
});

const cluster = fc.constantFrom('prod-1', 'prod-2', '', 'a/b', '__proto__');
const address = fc.constantFrom('10.0.0.1', '10.0.0.2', '');
const user = fc.record({ cluster, name: fc.oneof(part, fc.constant('')), address });

/** What an identity is told apart by: callers without a name by their address. */
function selfOf({ cluster: where, name, address: from }: { cluster: string; name: string; address: string }): string {
  return JSON.stringify(name === '' || name === 'system:anonymous' ? [where, 'anonymous', from] : [where, 'named', name]);
}

test('two Kubernetes identities share a key only if they are one, whoever came first', () => {
  fc.assert(
    fc.property(user, user, (left, right) => {
      const first = kubernetesIdentity(left.cluster, left.name, left.address);
      const second = kubernetesIdentity(right.cluster, right.name, right.address);
      assert.equal(first.entity === second.entity, selfOf(left) === selfOf(right), `${selfOf(left)} ${selfOf(right)}`);
    }),
    { ...BRIEF, numRuns: 3_000 },
  );
});

test('one name in two clusters is two identities, one name at two addresses is one', () => {
  fc.assert(
    fc.property(user, cluster, address, (one, otherCluster, otherAddress) => {
      const { entity } = kubernetesIdentity(one.cluster, one.name, one.address);
      assert.equal(kubernetesIdentity(otherCluster, one.name, one.address).entity === entity, otherCluster === one.cluster);
      if (one.name === '' || one.name === 'system:anonymous') return;
      assert.equal(kubernetesIdentity(one.cluster, one.name, otherAddress).entity, entity);
    }),
    { ...BRIEF, numRuns: 1_000 },
  );
});

test('an identity keeps the name that it was logged with', () => {
  fc.assert(
    fc.property(user, ({ cluster: where, name, address: from }) => {
      const identity = kubernetesIdentity(where, name, from);
      assert.equal(identity.name, name === '' ? '(not authenticated)' : name);
      assert.equal(identity.kind === 'unauthenticated', name === '');
      assert.equal(identity.kind === 'anonymous', name === 'system:anonymous');
    }),
    { ...BRIEF, numRuns: 2_000 },
  );
});

test('a flood of names does not change the identity of a name', () => {
  const before = kubernetesIdentity('prod-1', 'system:serviceaccount:payments:checkout');
  for (let i = 0; i < 40_000; i++) kubernetesIdentity(i % 20 === 0 ? `flood-${i}` : 'prod-1', `user-${i}`, `10.0.0.${i % 256}`);
  assert.deepEqual(kubernetesIdentity('prod-1', 'system:serviceaccount:payments:checkout'), before);
});
