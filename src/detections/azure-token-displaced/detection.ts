import { type Because, defineDetection } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { firstSeen, sharedNetwork } from '../../core/question.ts';

/** A token or key already seen in this many outside networks is behind a gateway with several addresses, or shared: a further one says little. */
const MANY = 2;

/** One access token of a workload, or one key, in two outside networks. Needs no learning: the credential itself has moved. */
export const detection = defineDetection({
  id: 'azure-token-displaced',
  title: 'Azure token used from a second network',
  version: 1,
  planes: ['azure'],
  severity: 'medium',
  attack: ['T1528', 'T1550.001'],
  rows: ['I11', 'I16', 'O3'],
  references: ['https://learn.microsoft.com/entra/identity/authentication/how-to-track-linkable-identifiers'],
  benignTwins: [
    'A gateway with several addresses: low from the third network on. Name them with --networks egress=…',
    'A network that many identities of the subscription come from: low.',
    'A key that several runners share: low, whatever network they are rented in.',
    'Azure acts by the same token for somebody (deployments): name its ranges with --networks providers=…',
    'People: their tokens move with their laptops and are not judged.',
  ],
  blindSpots: [
    'A token that is used from one place only, the thief’s: `cloud-out-of-habit` knows the identity’s own networks.',
    'Reads are not in the activity log: a token used for reading alone shows nowhere.',
    'The activity log holds no user agent: owner and thief differ by address alone.',
    'A thief in the same /24, or behind the same NAT gateway, is in the same network.',
  ],
  nextSteps: [
    'Compare both addresses with the workload’s own outbound address: the other one is where the token went.',
    'A token cannot be taken back: it lives for an hour or so. Take away the identity’s role assignments, or disable the application, until it is over.',
    'Find out how the token left: the pod, machine or pipeline that it was given to.',
  ],
  subject: 'seat',
  tells: 'circumstance',
  concerns: () => true,
  applies: (event) => event.address.zone === 'outside',
  asks: { place: firstSeen('seat-outside-network', (event) => `${family(event)} ${event.address.network}`), shared: sharedNetwork() },
  judge(event, { place, shared }) {
    const before = place.usual.filter((known) => known.startsWith(`${family(event)} `)).map((known) => known.slice(3));
    if (!place.unseen || before.length === 0) return undefined;
    const { credential, address } = event;
    const isToken = credential?.kind === 'uti';
    const isOdd = isToken && before.length < MANY && !shared.isShared;
    const because: Because[] = [{ dimension: 'network', observed: `${address.ip} (${address.network})`, usual: before }];
    return {
      severity: isOdd ? 'medium' : 'low',
      confidence: isOdd ? 'medium' : 'low',
      what: `uses ${isToken ? 'token' : 'key'} ${credential?.id ?? ''} from ${address.ip}; until now it was ${before[0]}`,
      because,
      ...(isOdd && { isDisplaced: true }),
    };
  },
});

function family(event: Event): string {
  return event.address.network.includes(':') ? 'v6' : 'v4';
}
