import { defineDetection } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { isPlatform } from '../../core/identity.ts';
import { firstSeen } from '../../core/question.ts';

/** Private and shared address space (RFC 1918, 6598, 4193), loopback. */
const PRIVATE = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|127\.|f[cd][0-9a-f]{2}:|::1$)/i;

/** A workload’s call claims to have been forwarded: the API server believes every client’s X-Forwarded-For and logs it before the real address. */
export const detection = defineDetection({
  id: 'k8s-forwarding-claimed',
  title: 'Forwarding claimed by a workload',
  version: 1,
  planes: ['kubernetes'],
  severity: 'medium',
  attack: ['T1090', 'T1550.001'],
  rows: ['O8'],
  references: ['https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/'],
  benignTwins: [
    'Access proxies and dashboards that pass their users’ addresses on do it from their first day: quiet after learning.',
    'A workload that is moved behind a proxy claims the same from then on: low, once for each network.',
    'People behind company proxies claim private addresses from public ones: not judged.',
  ],
  blindSpots: [
    'What is claimed on the identity’s first days is taken as its custom.',
    'A thief who sends no header claims nothing; the last address is what all other detections judge by.',
  ],
  nextSteps: [
    'Believe the last address only: it is the one that reached the API server.',
    'Is there a proxy of yours at it? If not, somebody wanted the log to show another address.',
    'Read what this identity did from that address.',
  ],
  subject: 'actor',
  tells: 'circumstance',
  concerns: () => true,
  applies: (event) => event.claimedHops.length > 0 && (event.actor.kind === 'service-account' || isPlatform(event.actor.kind)),
  asks: {
    custom: firstSeen(
      'claimed-forwarding',
      (event) => `${event.address.network} for ${isContradiction(event) ? 'private' : 'other'} addresses`,
    ),
  },
  judge(event, { custom }) {
    if (!custom.isNew) return undefined;
    const claimed = event.claimedHops.join(', ');
    const isOdd = isContradiction(event);
    return {
      severity: isOdd ? 'medium' : 'low',
      confidence: isOdd ? 'medium' : 'low',
      what: isOdd
        ? `claims to come from ${event.claimedHops[0]}, inside, but reached the API server from ${event.address.ip}, outside`
        : `claims to have been forwarded for ${event.claimedHops[0]}, which it never did`,
      because: [{ dimension: 'claimed addresses', observed: `${claimed}, by way of ${event.address.ip}`, usual: custom.usual }],
    };
  },
});

/** The last hop is outside, and what is claimed before it lies inside. */
function isContradiction({ address, claimedHops }: Event): boolean {
  return address.zone === 'outside' && claimedHops.some((hop) => PRIVATE.test(hop));
}
