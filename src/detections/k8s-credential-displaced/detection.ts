import { defineDetection } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { type FirstSeen, firstSeen, lately } from '../../core/question.ts';

/** Places of one seat from which on another one says little: private addresses of a load balancer. */
const MANY = 3;

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
    'A private load balancer before the API server shows several inside addresses from the first day: low.',
    'A legacy token shared by several runners moves within its networks: low.',
  ],
  blindSpots: [
    'A thief inside the pod itself, or behind the same address translation, has the same address.',
    'A thief who comes by IPv6 while the pod only ever used IPv4, or the other way round.',
    'GKE logs hold no pod binding and no credential id.',
    'A thief inside who takes the client name along on the pod’s first day, or after three places: low.',
    'A token first used by the thief: the pod itself is then the second place.',
  ],
  nextSteps: [
    'Compare both addresses with the pod’s own (kubectl get pod -o wide): the other one is where the token went.',
    'Delete the pod: its token dies within seconds. An unbound token lives until it expires.',
    'Look at everything the second address did.',
  ],
  subject: 'seat',
  tells: 'circumstance',
  concerns: () => true,
  applies: (event) => event.address.zone !== 'unknown' && event.address.zone !== 'loopback',
  asks: {
    v4: firstSeen('seat-address-v4', (event) => (isV6(event) ? undefined : place(event))),
    v6: firstSeen('seat-address-v6', (event) => (isV6(event) ? place(event) : undefined)),
    zone: firstSeen('seat-zone', (event) => event.address.zone),
    client: firstSeen('seat-client', (event) => event.client.family),
    credential: lately('seat-credential', (event) => event.credential?.id),
  },
  judge(event, { v4, v6, zone, client, credential }) {
    const seen = isV6(event) ? v6 : v4;
    if (!seen.unseen || seen.known === 0) return undefined;
    const before = seen.usual;
    const leaves = zone.unseen && event.address.zone === 'outside';
    const because = [
      { dimension: 'address', observed: `${event.address.ip} (${event.address.zone})`, usual: before },
      ...(client.unseen ? [{ dimension: 'client', observed: event.client.agent, usual: client.usual }] : []),
    ];
    const what = `uses the ${holder(event)} from ${event.address.ip}; until now it was at ${before[0] ?? 'another'}`;
    const seenElsewhere = { what, because, isDisplaced: true };
    if (leaves) return { severity: 'high', confidence: 'high', ...seenElsewhere };
    if (event.pod === undefined) return { severity: client.unseen ? 'medium' : 'low', confidence: 'low', ...seenElsewhere };
    if (client.unseen) return { severity: 'high', confidence: 'high', ...seenElsewhere };
    const isOdd = credential && !mayMove(event, seen);
    return { severity: isOdd ? 'medium' : 'low', confidence: isOdd ? 'medium' : 'low', ...seenElsewhere };
  },
});

/**
 * True where one pod may show several addresses: private ones of a load balancer alternate from the pod's first day. A sandbox made
 * anew after a restart of the node has another token too, so it is not meant here.
 */
function mayMove(event: Event, seen: FirstSeen): boolean {
  return event.address.zone !== 'outside' && (!seen.learned || seen.known >= MANY);
}

function isV6(event: Event): boolean {
  return event.address.ip.includes(':');
}

/** Public addresses are those of address translation, which may have several in one network: there the network is the place. */
function place(event: Event): string {
  return event.address.zone === 'outside' || event.address.zone === 'egress' ? event.address.network : event.address.ip;
}

function holder(event: Event): string {
  return event.pod === undefined ? `credential ${event.credential?.id ?? ''}` : `token of pod ${event.pod.name}`;
}
