import { daysText, newBehaviour } from '../../core/because.ts';
import { defineDetection } from '../../core/detection.ts';
import { habit, provenance } from '../../core/question.ts';

/** A service account, node or control-plane user calls from outside the cluster's networks. */
export const detection = defineDetection({
  id: 'k8s-workload-outside',
  title: 'Cluster identity calls from outside',
  version: 1,
  planes: ['kubernetes'],
  severity: 'high',
  attack: ['T1550.001', 'T1078'],
  rows: ['A14', 'C4'],
  references: ['https://www.microsoft.com/en-us/security/blog/2022/03/01/detecting-identity-attacks-in-kubernetes/'],
  benignTwins: [
    'CI that deploys from its own network with a service account’s token: known network, quiet after learning; low before.',
    'Nodes and pods that reach the API server over a public egress address: name it with --networks egress=…',
    'Managed control-plane components (eks:*, aksService) call from their provider’s addresses: not judged.',
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
  concerns: () => true,
  applies: (event) =>
    event.address.zone === 'outside' && (event.actor.kind === 'service-account' || event.actor.kind === 'node' || event.actor.kind === 'control-plane'),
  asks: { habit: habit(), origin: provenance() },
  judge(event, { habit: known, origin }) {
    const place = { dimension: 'network', observed: `${event.address.ip} (outside)`, usual: known.usual('network') };
    if (known.isNew('network')) {
      const because = [place, ...newBehaviour(event, known).filter((reason) => reason.dimension !== 'network')];
      return { severity: 'high', confidence: 'high', what: `calls from ${event.address.ip}, outside, after ${daysText(known.activeDays)} inside`, because };
    }
    if (known.learned) return undefined;
    const isPinned = event.pod !== undefined || event.actor.kind === 'node' || origin !== undefined;
    return {
      severity: isPinned ? 'medium' : 'low',
      confidence: 'low',
      what: `calls from ${event.address.ip}, outside; too new to have habits`,
      because: [place],
    };
  },
});
