import { newBehaviour } from '../../core/because.ts';
import { defineDetection, type Verdict } from '../../core/detection.ts';
import { firstSeen, type Habit, habit, provenance } from '../../core/question.ts';
import { HOUR } from '../../core/time.ts';

/** Whoever mints a token uses it; one that was put by for so long waits for something. */
const LONG = 12 * HOUR;

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
  benignTwins: [
    'A developer tests as the application with a token of his own making: low, and it says who minted it.',
    'An account that lives on tokens which an operator mints for it (Vault, External Secrets): low as long as it does what it always does.',
    'A pipeline is given a token that is first used the next day: medium once, with the token’s age in the reasons.',
  ],
  blindSpots: [
    'Clusters before 1.30, GKE and logs without the issuing event have nothing to join by.',
    'Only the eight latest hand-minted tokens of an account are remembered.',
  ],
  nextSteps: [
    'Read the finding about whoever minted the token: is it the same person or program that uses it?',
    'If a workload minted it for another account, treat both as stolen.',
  ],
  subject: 'actor',
  tells: 'circumstance',
  concerns: () => true,
  only: 'linked-credential',
  applies: (event) => event.actor.kind === 'service-account' && event.credential?.kind === 'token',
  asks: {
    habit: habit(),
    origin: provenance(),
    credential: firstSeen('minted-credential', (event) => event.credential?.id),
  },
  judge(event, { habit: known, origin, credential }) {
    if (origin === undefined) return undefined;
    const isByWorkload = origin.by.startsWith('system:serviceaccount:');
    const isFirst = credential.unseen;
    // Without habits nothing is new: then every use of a workload's token is told.
    if (!isFirst && known.fresh.length === 0 && (known.learned || !isByWorkload)) return undefined;
    const slept = isFirst && origin.time > 0 ? event.time - origin.time : 0;
    return {
      ...grade(isByWorkload, slept > LONG, known),
      withoutLink: 'nothing',
      what: isFirst ? `acts with a token that ${origin.by} minted` : `goes on with a token that ${origin.by} minted`,
      because: [
        {
          dimension: 'credential',
          observed: `${event.credential?.id ?? ''} minted by ${origin.by}`,
          usual: ['tokens issued by kubelets for pods'],
        },
        ...(slept > LONG
          ? [{ dimension: 'age at first use', observed: `${Math.round(slept / HOUR)} hours`, usual: ['minted to be used'] }]
          : []),
        ...newBehaviour(event, known),
      ],
    };
  },
});

/** A workload that mints for another one is judged by what the token is used for: some accounts live on minted tokens. */
function grade(isByWorkload: boolean, isSleeper: boolean, known: Habit): Pick<Verdict, 'severity' | 'confidence'> {
  if (!isByWorkload) return { severity: isSleeper ? 'medium' : 'low', confidence: 'medium' };
  if (!known.learned) return { severity: 'medium', confidence: isSleeper ? 'high' : 'medium' };
  return known.fresh.length > 0 ? { severity: 'high', confidence: 'high' } : { severity: isSleeper ? 'medium' : 'low', confidence: 'low' };
}
