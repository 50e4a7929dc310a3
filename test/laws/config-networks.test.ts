import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressBook, contradictions, type Networks, rangeProblem } from '../../src/cli/networks.ts';

const NONE: Networks = { pods: [], nodes: [], cluster: [], egress: [], providers: [] };
const plain = addressBook(NONE);

test('without networks, private and public addresses are told apart', () => {
  const zones: readonly (readonly [string, string, string])[] = [
    ['10.244.3.4', 'inside', '10.244.0.0/16'],
    ['172.31.1.1', 'inside', '172.31.0.0/16'],
    ['172.32.1.1', 'outside', '172.32.1.0/24'],
    ['192.168.50.11', 'inside', '192.168.0.0/16'],
    ['100.64.1.2', 'inside', '100.64.0.0/16'],
    ['169.254.1.2', 'inside', '169.254.0.0/16'],
    ['203.0.113.11', 'outside', '203.0.113.0/24'],
    ['198.51.100.20', 'outside', '198.51.100.0/24'],
    ['fd00:1:2:3::4', 'inside', 'fd00:1:2::/48'],
    ['fe80::1%eth0', 'inside', 'fe80::/48'],
    ['2001:db8:1:2::3', 'outside', '2001:db8:1::/48'],
    ['127.0.0.1', 'loopback', 'loopback'],
    ['::1', 'loopback', 'loopback'],
    ['', 'unknown', ''],
    ['AWS Internal', 'unknown', ''],
    ['0.0.0.0', 'unknown', ''],
    ['167772161', 'unknown', ''],
    ['012.1.1.1', 'unknown', ''],
  ];
  for (const [ip, zone, network] of zones) {
    const address = plain(ip);
    assert.deepEqual([address.zone, address.network], [zone, network], ip);
  }
});

test('an address with a port, in brackets or IPv4-mapped is the same address', () => {
  const address = plain('192.0.2.1');
  for (const form of ['192.0.2.1:443', '::ffff:192.0.2.1', '[::ffff:192.0.2.1]:443', '::ffff:c000:201'])
    assert.equal(plain(form), address, form);
  assert.equal(plain('[2001:db8::1]:6443'), plain('2001:db8:0::1'));
});

test('the most specific range names the zone, whatever the order of the lists', () => {
  const book = addressBook({
    pods: ['10.0.0.0/8'],
    nodes: ['10.77.0.0/16'],
    cluster: ['10.77.1.0/24'],
    egress: ['203.0.113.7'],
    providers: ['203.0.113.0/24'],
  });
  assert.deepEqual({ ...book('10.1.2.3') }, { ip: '10.1.2.3', zone: 'pod', network: '10.0.0.0/8' });
  assert.deepEqual({ ...book('10.77.2.3') }, { ip: '10.77.2.3', zone: 'node', network: '10.77.0.0/16' });
  assert.deepEqual({ ...book('10.77.1.3') }, { ip: '10.77.1.3', zone: 'cluster', network: '10.77.1.0/24' });
  assert.deepEqual({ ...book('203.0.113.7') }, { ip: '203.0.113.7', zone: 'egress', network: '203.0.113.7' });
  assert.equal(book('203.0.113.8').zone, 'provider');
  assert.equal(book('192.0.2.1').zone, 'outside');
});

test('a range with host bits set means its network', () => {
  assert.equal(addressBook({ ...NONE, pods: ['10.244.9.9/16'] })('10.244.1.1').network, '10.244.0.0/16');
});

test('a range that is no range is named as such', () => {
  for (const bad of ['', '10.0.0.0/33', '10.0.0.0/', '10.0.0/8', 'fd00::/129', 'pods', '10.0.0.0/8/8', '10.0.0.0/-1', 'x'.repeat(10_000)]) {
    assert.notEqual(rangeProblem(bad), undefined, bad.slice(0, 40));
  }
  for (const good of ['10.0.0.0/8', '203.0.113.7', 'fd00::/48', '::1', '0.0.0.0/0', '::/0'])
    assert.equal(rangeProblem(good), undefined, good);
});

test('an address with a mask is no range, and the error names the network', () => {
  assert.match(rangeProblem('10.244.1.7/16') ?? '', /write 10\.244\.0\.0\/16/);
  assert.match(rangeProblem('fd00::1/48') ?? '', /write fd00::\/48/);
  for (const good of ['10.244.1.7/32', '10.244.0.0/16', '::1/128']) assert.equal(rangeProblem(good), undefined, good);
});

test('one range in two lists is a contradiction, twice in one list or within another range is not', () => {
  const found = contradictions({
    ...NONE,
    pods: ['10.0.0.0/8', '10.0.0.0/8'],
    nodes: ['10.1.0.0/16'],
    cluster: ['fd00::/48', '10.0.0.0/8'],
  });
  assert.deepEqual(found, [{ path: ['cluster', 1], what: '"10.0.0.0/8" is also in networks.pods; leave one of them out' }]);
  assert.equal(contradictions({ ...NONE, pods: ['fd00::/48'], egress: ['fd00:0::/48'] }).length, 1);
});

test('two hosts of one network are remembered by the same network', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.nat(255), (ip, host) => {
      const neighbour = ip.replace(/\d+$/, String(host));
      if (plain(ip).zone !== plain(neighbour).zone) return;
      assert.equal(plain(ip).network, plain(neighbour).network);
    }),
  );
});

test('an address is in a range exactly if their leading bits are equal', () => {
  const number = (ip: string): number => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (ip, base, prefix) => {
      const size = 2 ** (32 - prefix);
      const same = Math.floor(number(ip) / size) === Math.floor(number(base) / size);
      const zone = addressBook({ ...NONE, nodes: [`${base}/${prefix}`] })(ip).zone;
      assert.equal(zone === 'node', same);
    }),
  );
});

test('an address is one object however often it is asked for, and a stranger text never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor')), (text) => {
      const address = plain(text);
      assert.equal(plain(text), address);
      assert.ok(Object.isFrozen(address));
      assert.ok(address.ip.length <= 64);
    }),
  );
});

test('a flood of made-up addresses does not change what an address is', () => {
  const book = addressBook(NONE);
  const before = book('192.0.2.1');
  for (let i = 0; i < 70_000; i++) book(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
  assert.deepEqual(book('192.0.2.1'), before);
});
