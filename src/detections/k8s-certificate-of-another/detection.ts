import { newBehaviour } from '../../core/because.ts';
import { defineDetection, type Verdict } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { firstSeen, type Habit, habit, provenance } from '../../core/question.ts';

const MASTERS = 'system:masters';
const WORKLOADS: readonly string[] = ['system:serviceaccount:', 'system:node:'];

/** A client certificate is used that somebody else had signed: request and use are joined by the certificate's hash. */
export const detection = defineDetection({
  id: 'k8s-certificate-of-another',
  title: 'Certificate in use that another identity had signed',
  version: 1,
  planes: ['kubernetes'],
  severity: 'high',
  attack: ['T1649', 'T1078'],
  rows: ['C9', 'O2'],
  references: [
    'https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/',
    'https://github.com/kubernetes/enhancements/tree/master/keps/sig-auth/4193-bound-service-account-token-improvements',
  ],
  benignTwins: [
    'An administrator has a certificate signed for a colleague: low, and it says by whom; for system:masters medium.',
    'A node joins by a bootstrap token, or renews its certificate: not joined.',
    'A program that hands out certificates to people: low as long as they do what they always do.',
  ],
  blindSpots: [
    'Where the answer of the signing controller is not logged with its body, there is nothing to join.',
    'A certificate that was not made by the API server’s own signer: it is in no log.',
    'A certificate cannot be taken back: it works until it expires, whatever becomes of who asked.',
  ],
  nextSteps: [
    'Read the finding about whoever asked for the certificate, and who approved it.',
    'If a workload asked, treat it as taken over, and the certificate as stolen: no revocation exists; remove what its name and groups are bound to.',
    'For system:masters nothing can be removed: the cluster’s client CA must be replaced.',
  ],
  subject: 'actor',
  tells: 'circumstance',
  concerns: () => true,
  only: 'linked-credential',
  applies: (event) => event.credential?.kind === 'certificate',
  asks: {
    habit: habit(),
    origin: provenance(),
    certificate: firstSeen('certificate-of-another', (event) => event.credential?.id),
  },
  judge(event, { habit: known, origin, certificate }) {
    if (origin === undefined) return undefined;
    const isByWorkload = WORKLOADS.some((prefix) => origin.by.startsWith(prefix));
    if (!certificate.unseen && known.fresh.length === 0 && (known.learned || !isByWorkload)) return undefined;
    return {
      ...(isByWorkload ? byWorkload(event, known) : byPerson(event)),
      withoutLink: 'nothing',
      what: `acts with a certificate${isMaster(event) ? ` of ${MASTERS}` : ''} that ${origin.by} had signed`,
      because: [
        {
          dimension: 'credential',
          observed: `${event.credential?.id ?? ''} asked for by ${origin.by}`,
          usual: ['a certificate of its own asking'],
        },
        ...(isMaster(event) ? [{ dimension: 'groups', observed: MASTERS }] : []),
        ...newBehaviour(event, known),
      ],
    };
  },
});

type Grade = Pick<Verdict, 'severity' | 'confidence'>;

/** No workload needs to be somebody else, but for those that hand out certificates: their people do what they always do. */
function byWorkload(event: Event, known: Habit): Grade {
  if (known.learned && known.fresh.length === 0) return { severity: 'low', confidence: 'low' };
  const isSure = known.learned || isMaster(event);
  return { severity: isSure ? 'high' : 'medium', confidence: isSure ? 'high' : 'medium' };
}

function byPerson(event: Event): Grade {
  return { severity: isMaster(event) ? 'medium' : 'low', confidence: 'medium' };
}

function isMaster({ groups, actingAs }: Event): boolean {
  return actingAs === undefined && groups.includes(MASTERS);
}
