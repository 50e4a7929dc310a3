import { sensitivity } from '../../behaviour/cloud-power.ts';
import { byBudget, daysText, isOtherProgram, newBehaviour } from '../../core/because.ts';
import { type Because, defineDetection } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { isWorkload } from '../../core/identity.ts';
import { distinct, type Habit, habit, unusual } from '../../core/question.ts';
import { DAY, MINUTE } from '../../core/time.ts';

/** An identity seen with something new from more networks than these within a week moves by nature: hosted build runners do. */
const MANY_NETWORKS = 4;

/** Which aspects of an event are new and count. */
interface News {
  readonly what: boolean;
  readonly operation: boolean;
  readonly client: boolean;
  readonly network: boolean;
  readonly outside: boolean;
}

/** A cloud identity does what hardly any of its kind does, by the user's budget; before the fleet is known, what a workload's identity never did: other operations, from elsewhere, with another client, on other resources. */
export const detection = defineDetection({
  id: 'cloud-out-of-habit',
  title: 'Cloud identity leaves its habits',
  version: 2,
  planes: ['azure', 'aws', 'gcp'],
  severity: 'high',
  attack: ['T1078.004', 'T1552.005'],
  rows: ['I1', 'I2', 'I7', 'I9', 'I16', 'I17', 'J3', 'J13', 'K7'],
  references: [
    'https://microsoft.github.io/Threat-Matrix-for-Kubernetes/techniques/Access%20managed%20identity%20credentials/',
    'https://hackingthe.cloud/aws/exploitation/ec2-metadata-ssrf/',
  ],
  benignTwins: [
    'A release or an upgraded add-on uses new operations from its usual network: one new aspect, low, unless the operation gives power.',
    'A pipeline deploys into a new resource group: operation and resource group count as one aspect, low.',
    'Hosted build runners change their address with each run: after four networks in a week a new one counts no more.',
    'A log that is switched on later shows operations that were always there: a first sign-in is not counted, a first secret read is.',
  ],
  blindSpots: [
    'An attacker who repeats the usual operations from the usual network looks like the workload.',
    'Azure logs no reads of resources and no user agent; Google logs reads only with Data Access logs.',
    'An identity younger than a day, or seen on one date only, has no habits yet.',
  ],
  nextSteps: [
    'Find what the identity runs as: pod with federated credentials, node pool, function, build. Ask its owner for a release at that time.',
    'Look at the address: is it an egress of yours? If it is nobody of yours, the credential is out.',
    'Read what else this identity did since, in all planes, the operations that give power first.',
    'If nobody knows: remove its role assignments or deny its sessions, rotate keys that it read, restart the workload on a clean node.',
  ],
  subject: 'actor',
  concerns: () => true,
  only: 'new-behaviour',
  applies: () => true,
  asks: { habit: habit(), unusual: unusual(), networks: distinct('new-from-networks', (7 * DAY) / MINUTE, networkOf) },
  judge(event, { habit: known, unusual: found, networks }) {
    if (found.calibrated) return byBudget(found);
    if (!isWorkload(event.actor.kind)) return undefined;
    const news = newsOf(event, known, networks > MANY_NETWORKS);
    const because = newBehaviour(event, known).filter(({ dimension }) => dimension !== 'network' || news.network);
    const power = sensitivity(event.operation);
    const tried = event.response === 'ok' || event.response === 'unknown' ? '' : `, which was refused (${event.response})`;
    const after = `after ${daysText(known.activeDays)} of other habits${tried}`;
    const label = event.operation.label;
    if (power !== undefined && news.outside) {
      const reasons = withPower(because, power, label);
      return {
        severity: 'high',
        confidence: news.operation ? 'high' : 'medium',
        what: `does ${label}, which ${power}, from a network outside that it never used, ${after}`,
        because: reasons,
      };
    }
    if (power !== undefined && news.operation) {
      return {
        severity: 'medium',
        confidence: 'medium',
        what: `does ${label}, which ${power}, for the first time, ${after}`,
        because: withPower(because, power, label),
      };
    }
    const axes = Number(news.what) + Number(news.client) + Number(news.network);
    if (axes >= 2)
      return {
        severity: 'medium',
        confidence: axes === 3 ? 'high' : 'medium',
        what: `shows ${axes} new aspects of behaviour at once, ${after}`,
        because,
      };
    if (news.what) return { severity: 'low', confidence: 'low', what: whatIsNew(event, news), because };
    if (news.outside)
      return { severity: 'low', confidence: 'low', what: `is used from a network outside that it never used, ${after}`, because };
    return undefined;
  },
});

/** A sign-in's resource is its target; its operation is new on the day on which the log is switched on, which says nothing. */
function newsOf(event: Event, known: Habit, moves: boolean): News {
  const signIn = event.operation.verb === 'signin';
  const operation = known.isNew('operation') && !signIn;
  const target = signIn && known.isNew('namespace') && !known.isNew('operation');
  const network = known.isNew('network') && networkOf(event) !== undefined && !moves;
  return {
    what: operation || target,
    operation,
    client: isOtherProgram(event, known),
    network,
    outside: network && event.address.zone === 'outside',
  };
}

/** An absent address and a cloud service's own are no place that could be new. */
function networkOf(event: Event): string | undefined {
  const { network, zone } = event.address;
  return network === '' || zone === 'unknown' || zone === 'provider' ? undefined : network;
}

function whatIsNew(event: Event, news: News): string {
  return news.operation ? `does ${event.operation.label} for the first time` : `signs in to ${event.name} for the first time`;
}

function withPower(because: readonly Because[], power: string, label: string): readonly Because[] {
  return [...because, { dimension: 'power', observed: `${label} ${power}` }];
}
