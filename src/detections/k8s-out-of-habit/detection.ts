import { byBudget, daysText, isOtherProgram, newAxes, newBehaviour } from '../../core/because.ts';
import { defineDetection } from '../../core/detection.ts';
import { isPlatform } from '../../core/identity.ts';
import { habit, unusual } from '../../core/question.ts';

/** An identity does what hardly any of its kind does, by the user's budget; before the fleet is known, what a workload or node never did. */
export const detection = defineDetection({
  id: 'k8s-out-of-habit',
  title: 'Identity leaves its habits',
  version: 2,
  planes: ['kubernetes'],
  severity: 'high',
  attack: ['T1078', 'T1613'],
  rows: ['A8', 'A10', 'B1'],
  references: ['https://www.microsoft.com/en-us/security/blog/2022/03/01/detecting-identity-attacks-in-kubernetes/'],
  benignTwins: [
    'A release brings new operations with the same client: others of the same name show it too, and one new aspect is not rare.',
    'A client library is renamed by an upgrade: one new aspect only; informational before the fleet is known, then silent.',
    'A person debugs with an account: rare, so it may page; the budget says how often such things may.',
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
  applies: () => true,
  asks: { habit: habit(), unusual: unusual() },
  judge(event, { habit: known, unusual: found }) {
    if (found.calibrated) return byBudget(found);
    if (event.actor.kind !== 'service-account' && !isPlatform(event.actor.kind)) return undefined;
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
