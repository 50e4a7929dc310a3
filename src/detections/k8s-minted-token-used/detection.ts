import { newBehaviour } from '../../core/because.ts';
import { defineDetection } from '../../core/detection.ts';
import { firstSeen, habit, provenance } from '../../core/question.ts';

/** A token that somebody minted by hand is used: mint and use are joined by the token's id. */
export const detection = defineDetection({
  id: 'k8s-minted-token-used',
  title: 'Hand-minted token in use',
  version: 1,
  planes: ['kubernetes'],
  severity: 'high',
  attack: ['T1528', 'T1550.001'],
  rows: ['C6', 'O2'],
  references: ['https://github.com/kubernetes/enhancements/tree/master/keps/sig-auth/4193-bound-service-account-token-improvements'],
  benignTwins: ['A developer tests as the application with a token of his own making: low, and it says who minted it.'],
  blindSpots: ['Clusters before 1.30, GKE and logs without the issuing event have nothing to join by.', 'Only the eight latest hand-minted tokens of an account are remembered.'],
  nextSteps: [
    'Read the finding about whoever minted the token: is it the same person or program that uses it?',
    'If a workload minted it for another account, treat both as stolen.',
  ],
  subject: 'actor',
  concerns: () => true,
  only: 'linked-credential',
  applies: (event) => event.actor.kind === 'service-account' && event.pod === undefined && event.credential?.kind === 'token',
  asks: {
    habit: habit(),
    origin: provenance(),
    credential: firstSeen('minted-credential', (event) => event.credential?.id),
  },
  judge(event, { habit: known, origin, credential }) {
    if (origin === undefined) return undefined;
    const isByWorkload = origin.by.startsWith('system:serviceaccount:');
    const isFirst = credential.unseen;
    if (!isFirst && known.fresh.length === 0) return undefined;
    return {
      severity: isByWorkload ? 'high' : 'low',
      confidence: isByWorkload ? 'high' : 'medium',
      what: isFirst ? `acts with a token that ${origin.by} minted` : `goes on with a token that ${origin.by} minted`,
      because: [{ dimension: 'credential', observed: `${event.credential?.id ?? ''} minted by ${origin.by}`, usual: ['tokens issued by kubelets for pods'] }, ...newBehaviour(event, known)],
    };
  },
});
