import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Party } from '../../src/core/party.ts';
import { DAY } from '../../src/core/time.ts';
import type { Deed, Edge } from '../../src/core/trail.ts';
import { Conduct } from '../../src/memory/conduct.ts';
import { Lineage } from '../../src/memory/lineage.ts';
import { Memory } from '../../src/memory/memory.ts';
import { pack, unpack } from '../../src/memory/pack.ts';
import { FIRST_DAY } from '../support/arbitrary-record.ts';
import { picture } from '../support/memory-picture.ts';

/** A memory by hand: two values, one recent value, one origin, a finding. */
function smallMemory(): Memory {
  const memory = new Memory();
  memory.advance(FIRST_DAY);
  memory.note(FIRST_DAY, 0);
  memory.advance(FIRST_DAY + DAY);
  memory.note(FIRST_DAY + DAY, 0);
  memory.values.add(0x01020304, 0x00010005, 1, 'get configmaps');
  memory.values.add(0xfffefdfc, 0x0003000b, 0, undefined);
  memory.values.touch(0, 0);
  memory.moved(0x0a0b0c0d, 0);
  memory.recent.push({ question: 4711, value: 0xdeadbeef, seconds: 1_772_409_600 });
  memory.origins.push({ credential: 'JTI=1', by: 'alice@example.com', via: [], event: 'mint', time: 0 });
  const uid = '00000000-0000-8000-a000-000000000001';
  const detections = [{ id: 'k8s-exec', severity: 'medium' as const }];
  memory.finding = { uid, openedAt: FIRST_DAY, lastAt: FIRST_DAY + 1, severity: 'high', count: 3, sent: 2, detections };
  return memory;
}

/** The same with the conduct of an identity that has had a page. */
function conductingMemory(): Memory {
  const memory = smallMemory();
  const conduct = new Conduct();
  conduct.begin(memory.day);
  conduct.first.set([1, 0, 3, 0, 0, 1, 2, 0, 4]);
  conduct.any.set([2, 0, 3, 0, 1, 1]);
  conduct.firstSets.set([0x80000001, 5]);
  conduct.anySets.set([7, 0x80000000]);
  conduct.newValues = 3;
  conduct.hour = memory.day * 24 + 5;
  conduct.calls = 70_000;
  conduct.sensitiveCalls = 9;
  conduct.recordWeek = 2_930;
  conduct.records.set([5, 6, 7, 8]);
  conduct.sensitiveRecords.set([1, 2, 3, 4]);
  conduct.news.set([0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5]);
  conduct.expected.set([0.25, 0.125, 1, 2, 3, 4, 5, 6, 7]);
  conduct.note(97, 67);
  conduct.sums[0] = 33;
  conduct.page();
  conduct.peersWeek = 2_931;
  conduct.toldDay = memory.day;
  conduct.toldScore = 97;
  conduct.toldSum = 33;
  memory.conduct = conduct;
  return memory;
}

/** The same with news that are held. */
function holdingMemory(): Memory {
  const memory = conductingMemory();
  const conduct = memory.conduct as Conduct;
  conduct.heldDay = memory.day - 2;
  conduct.heldNews = 0x123456;
  conduct.untold = 0x4321;
  memory.conduct = conduct;
  return memory;
}

/** What `pack` made of these memories when each layout was fixed. A change that breaks this loses what every user has learned. */
const LAYOUT_1 =
  '014279cabd838000000000502300000003000000020a0b0c0d000050230002000000000102030400010005000000030002fffefdfc0003000b000000' +
  '01000100010000000e67657420636f6e6669676d6170730100001267deadbeef69a4d3000100054a54493d310011616c696365406578616d706c652e' +
  '636f6d00046d696e7401002430303030303030302d303030302d383030302d613030302d3030303030303030303030314279cabd838000004279cabd' +
  '838010000300000003000000020100086b38732d6578656302';
const LAYOUT_2 =
  '024279cabd838000000000502300000003000000020a0b0c0d000050230002000000000102030400010005000000030002fffefdfc0003000b000000' +
  '01000100010000000e67657420636f6e6669676d6170730100001267deadbeef69a4d3000100054a54493d310011616c696365406578616d706c652e' +
  '636f6d0000046d696e7401002430303030303030302d303030302d383030302d613030302d3030303030303030303030314279cabd838000004279ca' +
  'bd838010000300000003000000020100086b38732d6578656302';
const LAYOUT_3 =
  '034279cabd838000000000502300000003000000020a0b0c0d000050230002000000000102030400010005000000030002fffefdfc0003000b000000' +
  '01000100010000000e67657420636f6e6669676d6170730100001267deadbeef69a4d3000100054a54493d310011616c696365406578616d706c652e' +
  '636f6d0000046d696e7401002430303030303030302d303030302d383030302d613030302d3030303030303030303030314279cabd838000004279ca' +
  'bd838010000300000003000000020100086b38732d657865630201000050238000000100000005000000078000000001000300000102000402000300' +
  '010100030007834d00011170000000090b7200000005000000060000000700000008000000010000000200000003000000043f0000003f8000003fc0' +
  '00004000000040200000404000004060000040800000409000003e8000003e0000003f80000040000000404000004080000040a0000040c0000040e0' +
  '00006100000000000000000000000000430000000000002100000000000000000000000000502350200b73502300016121';
const LAYOUT_4 =
  '044279cabd838000000000502300000003000000020a0b0c0d000050230002000000000102030400010005000000030002fffefdfc0003000b000000' +
  '01000100010000000e67657420636f6e6669676d6170730100001267deadbeef69a4d3000100054a54493d310011616c696365406578616d706c652e' +
  '636f6d0000046d696e7401002430303030303030302d303030302d383030302d613030302d3030303030303030303030314279cabd838000004279ca' +
  'bd838010000300000003000000020100086b38732d657865630201000050238000000100000005000000078000000001000300000102000402000300' +
  '010100030007834d00011170000000090b7200000005000000060000000700000008000000010000000200000003000000043f0000003f8000003fc0' +
  '00004000000040200000404000004060000040800000409000003e8000003e0000003f80000040000000404000004080000040a0000040c0000040e0' +
  '0000610000000000000000000000000043000000000000210000000000000000000000000050230b735023000161215021001234564321';

const LAYOUT_5 =
  '054279cabd838000000000502300000003000000020a0b0c0d000050230002000000000102030400010005000000030002fffefdfc0003000b000000' +
  '01000100010000000e67657420636f6e6669676d6170730100001267deadbeef69a4d3000100054a54493d310011616c696365406578616d706c652e' +
  '636f6d0000046d696e74408f40000000000001002430303030303030302d303030302d383030302d613030302d3030303030303030303030314279ca' +
  'bd838000004279cabd838010000300000003000000020100086b38732d65786563020100005023800000010000000500000007800000000100030000' +
  '0102000402000300010100030007834d00011170000000090b7200000005000000060000000700000008000000010000000200000003000000043f00' +
  '00003f8000003fc000004000000040200000404000004060000040800000409000003e8000003e0000003f80000040000000404000004080000040a0' +
  '000040c0000040e00000610000000000000000000000000043000000000000210000000000000000000000000050230b735023000161215021001234' +
  '56432101000a000c6b38732f632f73612f612f62000f736572766963652d6163636f756e74001973797374656d3a736572766963656163636f756e74' +
  '3a613a6200176b38732f632f7468696e672f746f6b656e2f4a54493d310005746f6b656e00054a54493d3100046d696e7400106b38732d746f6b656e' +
  '2d6d696e746564000d6d696e7473206120746f6b656e002430303030303030302d303030302d383030302d613030302d303030303030303030303031' +
  '01000000010002408f400000000000409f40000000000040a770000000000001000000010002000300040005000006408f4000000000000100030004' +
  '0005010000000100020003408f400000000000409f4000000000000100030004000501000000010002000300040005000006408f4000000000000100' +
  '0000010002000007030100080006408f400000000000010003000400050100090400000003feedf00d01';

/** The same with a hold, a branch and a chain that was told. */
function chainedMemory(): Memory {
  const memory = holdingMemory();
  memory.origins = memory.origins.map((origin) => ({ ...origin, time: 1_000 }));
  const home: Party = { entity: 'k8s/c/sa/a/b', kind: 'service-account', name: 'system:serviceaccount:a:b' };
  const thing: Party = { entity: 'k8s/c/thing/token/JTI=1', kind: 'token', name: 'JTI=1' };
  const edge: Edge = { from: home, to: thing, kind: 'minted', event: 'mint', time: 1_000 };
  const deed: Deed = {
    by: home,
    plane: 'kubernetes',
    detection: 'k8s-token-minted',
    severity: 'high',
    confidence: 'medium',
    what: 'mints a token',
    event: 'mint',
    time: 1_000,
  };
  const lineage = new Lineage();
  lineage.holds = [{ home, from: 1_000, to: 2_000, until: 3_000, edges: [edge], under: [thing] }];
  lineage.branches = [
    { branch: { home, key: thing.entity, from: 1_000, to: 2_000, under: [thing], edges: [edge], deeds: [deed] }, adopters: [thing] },
  ];
  lineage.told = [{ uid: '00000000-0000-8000-a000-000000000001', severity: 'critical', version: 3, said: 0xfeedf00d, isClosed: true }];
  memory.lineage = lineage;
  return memory;
}

test('memories packed in former layouts are still read', () => {
  for (const layout of [LAYOUT_1, LAYOUT_2]) assert.deepEqual(picture(unpack(Buffer.from(layout, 'hex'))), picture(smallMemory()));
  assert.deepEqual(picture(unpack(Buffer.from(LAYOUT_3, 'hex'))), picture(conductingMemory()));
  assert.deepEqual(picture(unpack(Buffer.from(LAYOUT_4, 'hex'))), picture(holdingMemory()));
});

test('memories of the layout in force are read, and packed as they were', () => {
  assert.deepEqual(picture(unpack(Buffer.from(LAYOUT_5, 'hex'))), picture(chainedMemory()));
  assert.equal(Buffer.from(pack(chainedMemory())).toString('hex'), LAYOUT_5);
});
