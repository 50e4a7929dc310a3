import { daysText, isOtherProgram, newAxes, newBehaviour } from '../../core/because.ts';
import { defineDetection } from '../../core/detection.ts';
import { isPlatform } from '../../core/identity.ts';
import { habit } from '../../core/question.ts';

/** A service account, a node or the platform does what it never did: other operation, other client, other network. */
export const detection = defineDetection({
  id: 'k8s-out-of-habit',
  title: 'Workload identity leaves its habits',
  version: 1,
  planes: ['kubernetes'],
  severity: 'medium',
  attack: ['T1078', 'T1613'],
  rows: ['A8', 'A10', 'B1'],
  references: ['https://www.microsoft.com/en-us/security/blog/2022/03/01/detecting-identity-attacks-in-kubernetes/'],
  benignTwins: [
    'A release brings new operations with the same client: one new aspect only, low.',
    'A client library is renamed by an upgrade: one new aspect only, informational.',
    'An upgrade of the platform brings new operations from new control-plane nodes: same programs, so silent.',
  ],
  blindSpots: [
    'An attacker who uses the same operations with the same client from the same pod looks like the workload.',
    'An identity younger than a day, or seen on one date only, has no habits yet.',
  ],
  nextSteps: [
    'Ask the owner of the workload whether a release or a debugging session was going on.',
    'Look at the pod named in the evidence: who could run code in it, when was it last changed?',
    'If nobody knows: delete the pod (this ends its token), keep its image and node for forensics, review what the identity may do.',
  ],
  subject: 'actor',
  tells: 'circumstance',
  concerns: () => true,
  only: 'new-behaviour',
  applies: (event) => event.actor.kind === 'service-account' || isPlatform(event.actor.kind),
  asks: { habit: habit() },
  judge(event, { habit: known }) {
    const axes = newAxes(event, known);
    const because = newBehaviour(event, known);
    const after = `after ${daysText(known.activeDays)} of other habits`;
    // Nodes and the platform change their work with every pod and release, but not program and place at once.
    const isStranger = isOtherProgram(event, known) && known.isNew('network');
    if (isStranger || (axes >= 2 && event.actor.kind === 'service-account')) {
      return {
        severity: 'medium',
        confidence: axes === 3 ? 'high' : 'medium',
        what: `shows ${axes} new aspects of behaviour at once, ${after}`,
        because,
      };
    }
    if (event.actor.kind === 'control-plane' || event.actor.kind === 'add-on') return undefined;
    if (known.isNew('operation')) {
      return { severity: 'low', confidence: 'low', what: `makes a new kind of call, ${event.operation.label}, ${after}`, because };
    }
    if (isOtherProgram(event, known)) {
      return { severity: 'info', confidence: 'low', what: `uses another client, ${after}`, because };
    }
    return undefined;
  },
});
