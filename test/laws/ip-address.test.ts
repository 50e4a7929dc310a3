import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { isIpAddress } from '../../src/alerting/ip-address.ts';

const group = fc.oneof(
  fc.constantFrom('', '0', 'ffff', '00ff', 'FFFFF', 'g', '::', '192.0.2.1', '10.0.0.256'),
  fc.integer({ min: 0, max: 0xffff }).map((word) => word.toString(16)),
);
const likeIpv6 = fc.array(group, { maxLength: 10 }).map((groups) => groups.join(':'));
const likeIpv4 = fc
  .array(fc.constantFrom('0', '00', '1', '010', '255', '256', '', 'x', '-1', '1e1', ' 1'), { maxLength: 5 })
  .map((parts) => parts.join('.'));

test('an address is one exactly where Node says so, zones left out', () => {
  const samples = [fc.ipV4(), fc.ipV6(), likeIpv4, likeIpv6, fc.string({ maxLength: 50 })];
  fc.assert(
    fc.property(fc.oneof(...samples), (text) => assert.equal(isIpAddress(text), isIP(text) !== 0 && !text.includes('%'), text)),
    { numRuns: 5000 },
  );
});
