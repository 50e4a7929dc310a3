import { defineDetection } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { firstSeen, sharedNetwork } from '../../core/question.ts';

/** A credential already seen in this many outside networks is behind a gateway with several addresses: a further one says little. */
const MANY = 2;

/** One temporary key, or one instance, in two outside networks. Needs no learning: the credential itself has moved. */
export const detection = defineDetection({
  id: 'aws-credential-displaced',
  title: 'AWS role session used from a second network',
  version: 2,
  planes: ['aws'],
  severity: 'high',
  attack: ['T1552.005', 'T1550.001'],
  rows: ['J1', 'J12'],
  references: [
    'https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-iam.html',
    'https://stratus-red-team.cloud/attack-techniques/AWS/aws.credential-access.ec2-steal-instance-credentials/',
  ],
  benignTwins: [
    'An instance that is stopped and started gets another public address: medium if its client stays the same.',
    'A NAT gateway with several addresses: low from the third network on. Name them with --networks egress=…',
    'Calls through VPC endpoints show private addresses: only outside networks are compared, and only within IPv4 or IPv6.',
    'A person’s laptop on the move: sessions that no instance or pod was given are low.',
  ],
  blindSpots: [
    'A thief in the same /24, or behind the same NAT gateway, is in the same network.',
    'A credential whose owner never called from outside has no first network to compare with.',
  ],
  nextSteps: [
    'Compare both addresses with the instance’s or NAT gateway’s own: the other one is where the credential went.',
    'Revoke the role’s sessions (IAM: Revoke active sessions); credentials of an instance stay valid for hours otherwise.',
    'Read everything the second address did with this key.',
  ],
  subject: 'seat',
  concerns: () => true,
  applies: (event) => event.address.zone === 'outside',
  asks: {
    place: firstSeen('seat-outside-network', (event) => `${family(event)} ${event.address.network}`),
    client: firstSeen('seat-client', (event) => event.client.family),
    shared: sharedNetwork(),
  },
  judge(event, { place, client, shared }) {
    const before = place.usual.filter((known) => known.startsWith(`${family(event)} `)).map((known) => known.slice(3));
    if (!place.unseen || before.length === 0) return undefined;
    const many = before.length >= MANY;
    const delivered = event.credential?.delivery;
    const because = [
      { dimension: 'network', observed: `${event.address.ip} (${event.address.network})`, usual: before },
      ...(client.unseen ? [{ dimension: 'client', observed: event.client.agent, usual: client.usual }] : []),
    ];
    const what = `uses ${holder(event)} from ${event.address.ip}; until now it was ${before[0]}`;
    if (shared.isShared && !client.unseen) return { severity: 'low', confidence: 'low', what, because };
    if (delivered === undefined || (many && !client.unseen))
      return { severity: 'low', confidence: 'low', what, because, isDisplaced: true };
    return { severity: client.unseen ? 'high' : 'medium', confidence: client.unseen ? 'high' : 'low', what, because, isDisplaced: true };
  },
});

function family(event: Event): string {
  return event.address.network.includes(':') ? 'v6' : 'v4';
}

function holder(event: Event): string {
  return event.credential?.delivery === 'instance' ? 'the credentials of an instance' : `the temporary key ${event.credential?.id ?? ''}`;
}
