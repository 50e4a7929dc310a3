/** Networks as operators have them: each with what it must not be taken for, and with the theft that looks like it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { severityRank } from '../../src/core/detection.ts';
import { aws, session } from '../support/chain-cloud-records.ts';
import { at, type Caller, inPod, readsSecrets } from '../support/chain-records.ts';
import { type JudgeOptions, judgeRecords } from '../support/judge.ts';
import { calm, hourly, workloads } from '../support/many-workloads.ts';

const MANY = 40;
const GATEWAY = '198.51.100.20';
const OTHER = '192.0.2.77';
const FAR = '203.0.113.66';
const BEHIND = workloads(MANY, () => GATEWAY);
const INSIDE = workloads(MANY, (index) => `10.244.${index % 4}.${10 + index}`);
const VICTIM = 3;

/** Whoever was told of at medium or above from a day of the story on, and how gravely. */
async function toldFrom(day: number, records: readonly unknown[], options: JudgeOptions = {}): Promise<readonly string[]> {
  const { alerts } = await judgeRecords(records, options);
  const told = alerts.filter(({ severity, lastSeen }) => severityRank(severity) >= 2 && lastSeen >= Date.parse(at(day)));
  return [...new Set(told.map(({ entity, severity }) => `${severity} ${entity}`))].sort();
}

/** Who had something to say of place at all. */
async function lowFrom(day: number, records: readonly unknown[], options: JudgeOptions = {}): Promise<number> {
  const { alerts } = await judgeRecords(records, options);
  return new Set(alerts.filter(({ lastSeen }) => lastSeen >= Date.parse(at(day))).map(({ entity }) => entity)).size;
}

const from = (all: readonly Caller[], address: string) => all.map((caller) => ({ ...caller, from: address }));
const key = ({ name }: Caller) => `k8s/prod-1/sa/${name.split(':').slice(2).join('/')}`;
const victim = (all: readonly Caller[]): Caller => all[VICTIM] ?? assert.fail();

test('a gateway moves: nobody is told at medium, and what starts behind it the day after is not told at all', async () => {
  const moved = [...hourly(BEHIND, 0, 8), ...hourly(from(BEHIND, OTHER), 8, 9)];
  assert.deepEqual(await toldFrom(0, moved), []);
  const late = inPod('team-1', 'late-comer', OTHER);
  const another = inPod('team-1', 'late-comer', FAR);
  const after = (who: Caller) => [...moved, ...hourly([...from(BEHIND, OTHER).slice(1), who], 9, 9.5)];
  assert.equal(await lowFrom(9, after(late)), 0);
  assert.equal(await lowFrom(9, after(another)), 1);
});

test('a token used from another public network under its pod’s name, while the pod goes on: medium after three hours', async () => {
  const thief = { ...victim(BEHIND), from: FAR };
  const stolen = [1, 2, 3, 4, 5].map((hour) => calm(at(8 + hour / 24, 1_800), thief));
  const records = [...hourly(BEHIND, 0, 8), ...inTime([...hourly(BEHIND, 8, 8.25), ...stolen])];
  assert.deepEqual(await toldFrom(0, records), [`medium ${key(thief)}`]);
});

test('the same by another program: high at once', async () => {
  const thief = { ...victim(BEHIND), from: OTHER, agent: 'curl/8.5.0' };
  const records = [...hourly(BEHIND, 0, 8), ...hourly(from(BEHIND, OTHER), 8, 9), calm(at(9), { ...thief, from: FAR })];
  assert.deepEqual(await toldFrom(9, records), [`high ${key(thief)}`]);
  const ofShared = [...hourly(BEHIND, 0, 8), ...hourly(from(BEHIND.slice(5), OTHER), 8, 9), calm(at(9), thief)];
  assert.deepEqual(await toldFrom(9, ofShared), [`high ${key(thief)}`]);
});

test('an alert says that the cluster moves', async () => {
  const late = { ...victim(BEHIND), from: OTHER, agent: 'curl/8.5.0' };
  const rest = BEHIND.filter(({ name }) => name !== late.name);
  const { alerts } = await judgeRecords([...hourly(BEHIND, 0, 8), ...hourly(from(rest, OTHER), 8, 9), calm(at(9), late)]);
  const reckoning = alerts.at(-1)?.reckoning ?? [];
  assert.match(JSON.stringify(reckoning), /39 of the cluster or account began with it lately: perhaps it moves/);
});

test('two gateways share the load: whichever a call takes is nothing to tell', async () => {
  const turns = Array.from({ length: 9 * 24 }, (_, hour) => hourly(byTurns(hour), hour / 24, (hour + 1) / 24)).flat();
  assert.deepEqual(await toldFrom(0, turns), []);
});

test('five workloads behind two gateways are enough to know both', async () => {
  const few = workloads(5, () => GATEWAY);
  const turns = Array.from({ length: 3 * 24 }, (_, hour) => {
    const now = few.map((caller, index) => ({ ...caller, from: (hour + index) % 2 === 0 ? GATEWAY : OTHER }));
    return hourly(now, hour / 24, (hour + 1) / 24);
  }).flat();
  assert.deepEqual(await toldFrom(0, turns), []);
});

function byTurns(hour: number): readonly Caller[] {
  return BEHIND.map((caller, index) => ({ ...caller, from: (hour + index) % 2 === 0 ? GATEWAY : OTHER }));
}

test('a cluster that was inside goes out by a gateway: told until a fifth of it did, then no more', async () => {
  const [first, rest] = [BEHIND.slice(0, 20), BEHIND.slice(20)];
  const morning = [...hourly(INSIDE, 0, 8), ...hourly([...first, ...INSIDE.slice(20)], 8, 8.25)];
  assert.equal((await toldFrom(8, morning)).length, 20);
  assert.deepEqual(await toldFrom(8.25, [...morning, ...hourly(rest, 8.25, 8.5)]), []);
});

test('few identities used from one network make it nobody’s own', async () => {
  const thief = from(INSIDE.slice(0, 7), FAR);
  const records = [
    ...hourly(INSIDE, 0, 8),
    ...hourly([...thief, ...INSIDE.slice(7)], 8, 8.5),
    calm(at(8.5), { ...BEHIND[9], from: FAR } as Caller),
  ];
  assert.ok((await toldFrom(8.5, records)).includes(`high ${key(BEHIND[9] ?? assert.fail())}`));
});

test('people’s office is no place for a workload, however many work there', async () => {
  const people = Array.from({ length: 30 }, (_, index) => ({ name: `dev-${index}@corp.example`, from: GATEWAY, agent: 'kubectl/v1.35.4' }));
  const records = [...hourly([...people, ...INSIDE], 0, 8), calm(at(8), { ...victim(INSIDE), from: GATEWAY })];
  assert.deepEqual(await toldFrom(8, records), [`high ${key(victim(INSIDE))}`]);
});

test('nodes are replaced: pods come up elsewhere under other names, with other tokens', async () => {
  const anew = INSIDE.map((caller, index) => ({
    ...caller,
    from: `10.244.${8 + (index % 4)}.${10 + index}`,
    node: 'worker-9',
    pod: `${caller.pod}-b`,
    credential: `${caller.credential}-b`,
  }));
  const records = [...hourly(INSIDE, 0, 8), ...hourly(anew, 8, 9)];
  assert.deepEqual(await toldFrom(0, records), []);
  const late = { ...victim(INSIDE), from: anew[9]?.from ?? '', agent: 'curl/8.5.0' };
  assert.deepEqual(await toldFrom(9, [...records, calm(at(9), late)]), [`high ${key(late)}`]);
});

test('pods on the host’s network have the node’s address, all of them', async () => {
  const agents = workloads(6, () => '192.168.50.11').map((caller) => ({ ...caller, node: 'worker-1' }));
  const records = [...hourly([...INSIDE, ...agents], 0, 8)];
  assert.deepEqual(await toldFrom(0, records), []);
  const thief = { ...victim(agents), from: '192.168.50.12', agent: 'curl/8.5.0' };
  assert.deepEqual(await toldFrom(8, [...records, calm(at(8), thief)]), [`high ${key(thief)}`]);
});

test('pods of both families, with public IPv6 addresses of their own', async () => {
  const sixes = INSIDE.map((caller, index) => ({ ...caller, from: `2001:db8:10:${(index % 4) + 1}::${10 + index}` }));
  const both = Array.from({ length: 8 * 24 }, (_, hour) => hourly(hour % 2 === 0 ? INSIDE : sixes, hour / 24, (hour + 1) / 24)).flat();
  assert.deepEqual(await toldFrom(1, both), []);
  const thief = { ...victim(INSIDE), from: '2001:db8:ffff::1', agent: 'curl/8.5.0' };
  assert.deepEqual(await toldFrom(8, [...both, calm(at(8), thief)]), [`high ${key(thief)}`]);
});

test('a private endpoint takes the place of the pods’ own addresses, and is named: low, and no more', async () => {
  const named: JudgeOptions = { egress: ['10.1.0.4'] };
  const moved = [...hourly(INSIDE, 0, 8), ...hourly(from(INSIDE, '10.1.0.4'), 8, 9)];
  assert.deepEqual(await toldFrom(0, moved, named), []);
  const thief = { ...victim(INSIDE), from: '10.1.0.9', agent: 'curl/8.5.0' };
  assert.deepEqual(await toldFrom(9, [...moved, calm(at(9), thief)], named), [`high ${key(thief)}`]);
});

test('a proxy before the API server hides all addresses: what it hides is not told, what comes past it is', async () => {
  const hidden = from(INSIDE, '10.9.9.9');
  const records = hourly(hidden, 0, 8);
  assert.deepEqual(await toldFrom(0, records), []);
  const past = { ...victim(hidden), from: FAR };
  assert.deepEqual(await toldFrom(8, [...records, calm(at(8), past)]), [`high ${key(past)}`]);
});

test('konnectivity: its agents call like any workload, and what goes through the tunnel is the API server’s own', async () => {
  const agents = [0, 1, 2].map((index) =>
    inPod('kube-system', 'konnectivity-agent', `10.244.7.${index}`, { pod: `konnectivity-agent-${index}` }),
  );
  const server: Caller = {
    name: 'system:konnectivity-server',
    from: '127.0.0.1',
    agent: 'konnectivity-server/0.31',
    credential: 'X509SHA256=kk',
  };
  const records = [...hourly([...INSIDE, ...agents, server], 0, 8)];
  assert.deepEqual(await toldFrom(0, records), []);
  const thief = { ...(agents[0] ?? assert.fail()), from: FAR, agent: 'curl/8.5.0' };
  assert.deepEqual(await toldFrom(8, [...records, readsSecrets(at(8), thief, 'kube-system')]), [`high ${key(thief)}`]);
});

test('hybrid egress: some run in another site from the first day; what starts there later is at home', async () => {
  const [site, here] = [from(BEHIND.slice(0, 8), OTHER), INSIDE.slice(8)];
  const records = hourly([...site, ...here], 0, 22);
  const late = inPod('team-1', 'late-comer', OTHER);
  assert.equal(await lowFrom(22, [...records, calm(at(22), late), calm(at(22, 60), late)]), 0);
  const stray = inPod('team-1', 'late-comer', FAR);
  assert.equal(await lowFrom(22, [...records, calm(at(22), stray)]), 1);
});

test('roles of an account behind a gateway that moves: told until many came from there; another network still is', async () => {
  const roles = (address: string, day: number, hour: number) =>
    Array.from({ length: 20 }, (_, index) => asRole(index, address, at(day + hour / 24, index * 60)));
  const weeks = Array.from({ length: 8 }, (_, day) => [0, 8].flatMap((hour) => roles(GATEWAY, day, hour))).flat();
  const moved = [0, 1, 2, 3].flatMap((hour) => roles(OTHER, 8, hour).slice(0, 15));
  const after = roles(OTHER, 8, 5).slice(15);
  const records = [...weeks, ...moved, ...after];
  const { alerts } = await judgeRecords(records);
  const late = alerts.filter(({ lastSeen }) => lastSeen >= Date.parse(at(8, 5 * 3_600)));
  assert.deepEqual([...new Set(late.map(({ severity }) => severity))], ['low']);
  assert.equal((await toldFrom(8.5, [...records, asRole(16, FAR, at(8.5))])).length, 1);
});

function asRole(index: number, address: string, time: string): unknown {
  const name = `role-${String.fromCharCode(97 + index)}`;
  const who = session(name, `ASIA${name.toUpperCase()}`, `i-0abc123def45678${index + 10}`, { ec2RoleDelivery: '2.0' });
  return aws(time, who, 'DescribeInstances', { eventSource: 'ec2.amazonaws.com', sourceIPAddress: address });
}

function inTime(records: readonly unknown[]): unknown[] {
  const time = (record: unknown) => (record as { stageTimestamp: string }).stageTimestamp;
  return records.toSorted((one, other) => (time(one) < time(other) ? -1 : 1));
}
