import { daysText, isOtherProgram, newBehaviour } from '../../core/because.ts';
import { type Because, defineDetection, type Verdict } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { isPlatform } from '../../core/identity.ts';
import { isSystemNamespace } from '../../core/platform.ts';
import { firstSeen, type Habit, habit, provenance, type SharedNetwork, sharedNetwork } from '../../core/question.ts';

/** Outside networks used before, from which on another one says little: runners that are rented anew for every job. */
const MANY = 3;

/** A service account, node or control-plane user calls from outside the cluster's networks. */
export const detection = defineDetection({
  id: 'k8s-workload-outside',
  title: 'Cluster identity calls from outside',
  version: 2,
  planes: ['kubernetes'],
  severity: 'high',
  attack: ['T1550.001', 'T1078'],
  rows: ['A14', 'C4'],
  references: ['https://www.microsoft.com/en-us/security/blog/2022/03/01/detecting-identity-attacks-in-kubernetes/'],
  benignTwins: [
    'CI that deploys from its own network with a service account’s token: known network, quiet after learning; low before.',
    'Rented CI runners come from another network each time: medium, low once three outside networks are known.',
    'Nodes and pods that reach the API server over a public egress address: low once each on the first day, then learned; --networks egress=… spares that.',
    'Managed control-plane components (eks:*, aksService) call from their provider’s addresses: silent with their own program.',
  ],
  blindSpots: [
    'Without --networks every public address is outside and every private one inside: a thief in the company network is not seen here.',
    'Behind a proxy that hides addresses all calls come from one place.',
  ],
  nextSteps: [
    'Whose address is it? If nobody knows, treat the credential as stolen now.',
    'Kill the credential: delete the pod, delete the legacy token Secret, or re-create the service account for unbound tokens.',
    'Read everything this identity did since.',
  ],
  subject: 'actor',
  tells: 'circumstance',
  concerns: () => true,
  applies: (event) => event.address.zone === 'outside' && (event.actor.kind === 'service-account' || isPlatform(event.actor.kind)),
  asks: {
    habit: habit(),
    origin: provenance(),
    network: firstSeen('outside-network', (event) => event.address.network),
    shared: sharedNetwork(),
  },
  judge(event, { habit: known, origin, network, shared }) {
    const place = { dimension: 'network', observed: `${event.address.ip} (outside)`, usual: known.usual('network') };
    const because = [place, ...newBehaviour(event, known).filter((reason) => reason.dimension !== 'network')];
    if (event.actor.kind === 'add-on') return fromStranger(event, known, because);
    const isOrdinary = shared.isShared && origin === undefined;
    if (known.isNew('network'))
      return isOrdinary && !known.isNew('client') ? asOthers(event, shared, because) : fromNewNetwork(event, known, network.known, because);
    if (known.learned || !network.unseen) return undefined;
    const isMoved = isPinned(event) && known.events > 0 && network.known === 0;
    if (isOrdinary && !isMoved) return undefined;
    return {
      severity: origin !== undefined || isMoved ? 'medium' : 'low',
      withoutLink: isMoved ? 'medium' : 'low',
      confidence: 'low',
      isDisplaced: true,
      what: `calls from ${event.address.ip}, outside; too new to have habits`,
      because: [place],
    };
  },
});

/** A pod, node or account of the cluster itself that began inside needs no habits to be odd outside; nor does a token that somebody minted. */
function isPinned({ pod, actor }: Event): boolean {
  return pod !== undefined || actor.kind === 'node' || isSystemNamespace(actor.home ?? '');
}

/** Add-ons of managed platforms move among their provider's addresses: only another program from there is odd. */
function fromStranger(event: Event, known: Habit, because: readonly Because[]): Verdict | undefined {
  if (!known.isNew('network') || !isOtherProgram(event, known)) return undefined;
  const what = `calls from ${event.address.ip}, outside, with another program, after ${daysText(known.activeDays)} of other habits`;
  return { severity: 'medium', confidence: 'medium', what, because, isDisplaced: true };
}

/** By its usual program from where many of the cluster come from: said once, for whoever reads what else the identity does. */
function asOthers({ address }: Event, { here, of }: SharedNetwork, because: readonly Because[]): Verdict {
  const what = `calls from ${address.ip}, outside, as ${here} of ${of} of its kind in the cluster do`;
  return { severity: 'low', confidence: 'low', what, because };
}

function fromNewNetwork(event: Event, known: Habit, outsideBefore: number, because: readonly Because[]): Verdict {
  if (outsideBefore === 0) {
    const what = `calls from ${event.address.ip}, outside, after ${daysText(known.activeDays)} inside`;
    return { severity: 'high', confidence: 'high', what, because, isDisplaced: true };
  }
  const what = `calls from ${event.address.ip}, outside, from a network that it did not use in ${daysText(known.activeDays)}`;
  // Of a pod `k8s-credential-displaced` sees whether it moves for good, or goes on in its former place.
  const mayMove = event.pod !== undefined && !known.isNew('client');
  return { severity: outsideBefore < MANY && !mayMove ? 'medium' : 'low', confidence: 'low', what, because, isDisplaced: true };
}
