import { defineDetection } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { firstSeen, lately } from '../../core/question.ts';

/** A token is used where its pod is not: one pod or one credential, two addresses. */
export const detection = defineDetection({
  id: 'k8s-credential-displaced',
  title: 'Credential used from a second place',
  version: 1,
  planes: ['kubernetes'],
  severity: 'high',
  attack: ['T1528', 'T1550.001'],
  rows: ['C4', 'C5', 'O3'],
  references: ['https://github.com/kubernetes/enhancements/tree/master/keps/sig-auth/4193-bound-service-account-token-improvements'],
  benignTwins: [
    'A pod whose sandbox is re-created (node restart) gets another address and another token: same client, so low.',
    'Dual-stack pods have one IPv4 and one IPv6 address: compared within a family only.',
    'Pods behind address translation with several public addresses: one public network is one place.',
    'A legacy token shared by several runners moves within its networks: low.',
  ],
  blindSpots: [
    'A thief inside the pod itself, or behind the same address translation, has the same address.',
    'A thief who comes by IPv6 while the pod only ever used IPv4, or the other way round.',
    'GKE logs hold no pod binding and no credential id.',
    'A token first used by the thief: the pod itself is then the second place.',
  ],
  nextSteps: [
    'Compare both addresses with the pod’s own (kubectl get pod -o wide): the other one is where the token went.',
    'Delete the pod: its token dies within seconds. An unbound token lives until it expires.',
    'Look at everything the second address did.',
  ],
  subject: 'seat',
  concerns: () => true,
  applies: (event) => event.address.zone !== 'unknown' && event.address.zone !== 'loopback',
  asks: {
    place: firstSeen('seat-address', (event) => `${family(event)} ${place(event)}`),
    zone: firstSeen('seat-zone', (event) => event.address.zone),
    client: firstSeen('seat-client', (event) => event.client.family),
    credential: lately('seat-credential', (event) => event.credential?.id),
  },
  judge(event, { place: seen, zone, client, credential }) {
    const before = seen.usual.filter((known) => known.startsWith(`${family(event)} `)).map((known) => known.slice(3));
    if (!seen.unseen || before.length === 0) return undefined;
    const leaves = zone.unseen && event.address.zone === 'outside';
    const because = [
      { dimension: 'address', observed: `${event.address.ip} (${event.address.zone})`, usual: before },
      ...(client.unseen ? [{ dimension: 'client', observed: event.client.agent, usual: client.usual }] : []),
    ];
    const what = `uses the ${holder(event)} from ${event.address.ip}; until now it was at ${before[0]}`;
    if (leaves) return { severity: 'high', confidence: 'high', what, because };
    if (event.pod === undefined) return { severity: client.unseen ? 'medium' : 'low', confidence: 'low', what, because };
    if (client.unseen) return { severity: 'high', confidence: 'high', what, because };
    // A thief brings a token that the pod has used; a sandbox made anew after a restart of the node gets address and token at once.
    return { severity: credential ? 'medium' : 'low', confidence: credential ? 'medium' : 'low', what, because };
  },
});

function family(event: Event): string {
  return event.address.ip.includes(':') ? 'v6' : 'v4';
}

/** Public addresses are those of address translation, which may have several in one network: there the network is the place. */
function place(event: Event): string {
  return event.address.zone === 'outside' || event.address.zone === 'egress' ? event.address.network : event.address.ip;
}

function holder(event: Event): string {
  return event.pod === undefined ? `credential ${event.credential?.id ?? ''}` : `token of pod ${event.pod.name}`;
}
