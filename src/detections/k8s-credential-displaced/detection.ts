import { type Because, defineDetection, type Verdict } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { type FirstSeen, firstSeen, lately, type SharedNetwork, sharedNetwork, turns } from '../../core/question.ts';

/** Places of one seat from which on another one says little: private addresses of a load balancer. */
const MANY = 3;

/** A token is used where its pod is not: one pod or one credential, two addresses. */
export const detection = defineDetection({
  id: 'k8s-credential-displaced',
  title: 'Credential used from a second place',
  version: 2,
  planes: ['kubernetes'],
  severity: 'high',
  attack: ['T1528', 'T1550.001'],
  rows: ['C4', 'C5', 'O3'],
  references: ['https://github.com/kubernetes/enhancements/tree/master/keps/sig-auth/4193-bound-service-account-token-improvements'],
  benignTwins: [
    'A pod whose sandbox is re-created (node restart) gets another address and another token: same client, so low.',
    'Dual-stack pods have one IPv4 and one IPv6 address: compared within a family only.',
    'Pods behind address translation with several public addresses: one public network is one place.',
    'A gateway that moves: low for each pod, as long as none goes back and forth; quiet once many of the cluster come from there.',
    'A private load balancer before the API server shows several inside addresses from the first day: low.',
    'A legacy token shared by several runners moves within its networks: low.',
  ],
  blindSpots: [
    'A thief inside the pod itself, or behind the same address translation, has the same address.',
    'A thief who comes by IPv6 while the pod only ever used IPv4, or the other way round.',
    'GKE logs hold no pod binding and no credential id.',
    'A thief inside who takes the client name along on the pod’s first day, or after three places: low.',
    'A token first used by the thief: the pod itself is then the second place.',
    'A thief who calls from one public network while the pod is in another, under its name: low for the first three hours.',
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
    backV4: turns('seat-network-v4', (event) => (isTranslated(event) && !isV6(event) ? event.address.network : undefined)),
    backV6: turns('seat-network-v6', (event) => (isTranslated(event) && isV6(event) ? event.address.network : undefined)),
    shared: sharedNetwork(),
  },
  judge(event, { v4, v6, zone, client, credential, backV4, backV6, shared }) {
    const seen = isV6(event) ? v6 : v4;
    if (!seen.unseen) return (backV4 || backV6) && event.pod !== undefined && !shared.isShared ? backAndForth(event, seen) : undefined;
    if (seen.known === 0) return undefined;
    const because = [
      { dimension: 'address', observed: `${event.address.ip} (${event.address.zone})`, usual: seen.usual },
      ...(client.unseen ? [{ dimension: 'client', observed: event.client.agent, usual: client.usual }] : []),
    ];
    const what = `uses the ${holder(event)} from ${event.address.ip}; until now it was at ${seen.usual[0] ?? 'another'}`;
    if (!client.unseen && shared.isShared && isTranslated(event))
      return { severity: 'low', confidence: 'low', what, because: [...because, company(shared)] };
    const leaves = zone.unseen && event.address.zone === 'outside';
    const isOdd = credential && !mayMove(event, seen);
    return { ...gravity(event, { leaves, isOdd, isOtherProgram: client.unseen }), what, because, isDisplaced: true };
  },
});

/** What a second place is worth. */
function gravity(
  { pod }: Event,
  { leaves, isOdd, isOtherProgram }: Readonly<Record<'leaves' | 'isOdd' | 'isOtherProgram', boolean>>,
): Pick<Verdict, 'severity' | 'confidence'> {
  if (leaves) return { severity: 'high', confidence: 'high' };
  if (pod === undefined) return { severity: isOtherProgram ? 'medium' : 'low', confidence: 'low' };
  if (isOtherProgram) return { severity: 'high', confidence: 'high' };
  return isOdd ? { severity: 'medium', confidence: 'medium' } : { severity: 'low', confidence: 'low' };
}

/** Both places at once, the pod's own client name in both: one of them is not the pod. */
function backAndForth({ address, pod }: Event, { usual }: FirstSeen): Verdict {
  const others = usual.filter((known) => known !== address.network);
  return {
    severity: 'medium',
    confidence: 'medium',
    what: `token of pod ${pod?.name ?? ''} is used from ${address.ip} and from ${others[0] ?? 'another network'} by turns`,
    because: [{ dimension: 'address', observed: `${address.ip} (${address.zone})`, usual: others }],
    isDisplaced: true,
  };
}

function company({ here, of }: SharedNetwork): Because {
  return { dimension: 'company', observed: `${here} of ${of} of this kind in the cluster come from that network` };
}

/** Public addresses are those of address translation. */
function isTranslated({ address: { zone } }: Event): boolean {
  return zone === 'outside' || zone === 'egress';
}

/**
 * True where one pod may show several addresses: private ones of a load balancer alternate from the pod's first day, and a gateway that moves takes all that is
 * behind it along, for good. A sandbox made anew after a restart of the node has another token too, so it is not meant here.
 */
function mayMove(event: Event, seen: FirstSeen): boolean {
  return isTranslated(event) || !seen.learned || seen.known >= MANY;
}

function isV6(event: Event): boolean {
  return event.address.ip.includes(':');
}

/** A gateway may have several addresses in one network: there the network is the place. */
function place(event: Event): string {
  return isTranslated(event) ? event.address.network : event.address.ip;
}

function holder(event: Event): string {
  return event.pod === undefined ? `credential ${event.credential?.id ?? ''}` : `token of pod ${event.pod.name}`;
}
