import { daysText, newBehaviour } from '../../core/because.ts';
import { defineDetection, type Verdict } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { distinct, habit, type SharedNetwork, sharedNetwork } from '../../core/question.ts';

const WEEK_MINUTES = 7 * 24 * 60;
/** An identity that called from this many outside networks within a week has no place of its own: nodes with public addresses. */
const ROAMING = 4;

/** The role of an instance or pod, or a service account that asks for one, calls from a network where it never was. */
export const detection = defineDetection({
  id: 'aws-credential-outside',
  title: 'AWS workload credential used from a foreign network',
  version: 2,
  planes: ['aws'],
  severity: 'high',
  attack: ['T1552.005', 'T1550.001', 'T1078.004'],
  rows: ['J1', 'J2', 'J4', 'J5'],
  references: [
    'https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-iam.html',
    'https://stratus-red-team.cloud/attack-techniques/AWS/aws.credential-access.ec2-steal-instance-credentials/',
  ],
  benignTwins: [
    'A new NAT gateway or another region: low once many roles of the account come from there; name its addresses with --networks egress=… before.',
    'Nodes with public addresses of their own: a role that called from four outside networks within a week gives low, or medium for a token exchange.',
    'The same pod through a VPC endpoint: a private address of the own account, not judged.',
    'People: single sign-on and assumed roles that no instance or pod was given are not judged.',
  ],
  blindSpots: [
    'A thief behind the same NAT gateway, or inside the instance, has the same address.',
    'A role that is younger than its learning period has no network of its own yet.',
    'CloudTrail does not say which pod holds a session: only web identity and EKS Pod Identity sessions are known as a pod’s.',
    'Data events (S3 objects, …) are only seen where the trail records them.',
  ],
  nextSteps: [
    'Whose address is it? If it is no gateway of yours, treat the credential as stolen now.',
    'Revoke the role’s sessions (IAM: Revoke active sessions), then replace the instance or delete the pod.',
    'Read everything the role did from that address, first of all keys, users and roles it created.',
  ],
  subject: 'actor',
  concerns: () => true,
  applies: (event) => event.address.zone === 'outside' && isWorkload(event),
  asks: {
    habit: habit(),
    networks: distinct('outside-network', WEEK_MINUTES, (event) => event.address.network),
    shared: sharedNetwork(),
  },
  judge(event, { habit: known, networks, shared }) {
    if (!known.isNew('network')) return undefined;
    if (shared.isShared && !known.isNew('client')) return asOthers(event, shared);
    const roams = networks >= ROAMING;
    const exchange = event.actor.kind === 'service-account';
    const place = { dimension: 'network', observed: `${event.address.ip} (${event.address.network})`, usual: known.usual('network') };
    const rest = newBehaviour(event, known).filter((reason) => reason.dimension !== 'network');
    return {
      severity: roams ? (exchange ? 'medium' : 'low') : 'high',
      confidence: roams ? 'low' : 'high',
      what: `${deed(event)} from ${event.address.ip}, a network new to it after ${daysText(known.activeDays)}`,
      because: [place, ...rest],
      isDisplaced: true,
    };
  },
});

/** By its usual program from where many roles of the account are used: a gateway of the account's own. */
function asOthers(event: Event, { here, of }: SharedNetwork): Verdict {
  const { ip, network } = event.address;
  return {
    severity: 'low',
    confidence: 'low',
    what: `${deed(event)} from ${ip}, as ${here} of ${of} of its kind in the account do`,
    because: [{ dimension: 'network', observed: `${ip} (${network})` }],
  };
}

function isWorkload(event: Event): boolean {
  return event.actor.kind === 'service-account' || (event.actor.kind === 'role' && event.credential?.delivery !== undefined);
}

function deed(event: Event): string {
  if (event.actor.kind === 'service-account') return 'exchanges its cluster token for a role';
  return event.credential?.delivery === 'pod' ? 'uses the role of a pod' : 'uses the role of an instance';
}
