import { defineDetection, type Severity, type Verdict } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { isWorkload } from '../../core/identity.ts';
import { distinct, type FirstSeen, firstSeen } from '../../core/question.ts';

const IMPERSONATIONS: ReadonlySet<string> = new Set(['GenerateAccessToken', 'GenerateIdToken', 'SignBlob', 'SignJwt']);
const OWN_DOMAIN = '.iam.gserviceaccount.com';
/** Refusals for this many different accounts within an hour are a search for one that can be impersonated. */
const SEARCH = 4;

/** A service account is borrowed by someone who never did so, or by way of several others. */
export const detection = defineDetection({
  id: 'gcp-delegation',
  title: 'New impersonation of a Google service account',
  version: 1,
  planes: ['gcp'],
  severity: 'high',
  attack: ['T1550.001', 'T1078.004', 'T1528'],
  rows: ['K2', 'K3', 'K13'],
  references: [
    'https://cloud.google.com/security-command-center/docs/concepts-event-threat-detection-overview',
    'https://stratus-red-team.cloud/attack-techniques/GCP/gcp.privilege-escalation.impersonate-service-accounts/',
  ],
  benignTwins: [
    'A new deployment pipeline or developer that is meant to impersonate the account: once per pair, medium.',
    'A pod that was given a Google account lately: once per Kubernetes service account.',
    'Virtual machines and Google’s own services act through service agents: these are no delegation.',
  ],
  blindSpots: [
    'GenerateAccessToken, GenerateIdToken, SignBlob and SignJwt are only recorded with Data Access logs of the IAM API.',
    'Refused impersonations may not name the caller: they are counted per project.',
    'Callers and accounts younger than the learning period are not judged, but for a search.',
  ],
  nextSteps: [
    'Ask the owner of the caller whether it is meant to act as this account.',
    'Who granted it roles/iam.serviceAccountTokenCreator, and when? Take the grant away if nobody knows.',
    'Read what the impersonated account did since; its tokens live for an hour, with an extension up to twelve.',
  ],
  subject: 'actor',
  concerns: () => true,
  applies: (event) => event.body.delegation !== undefined || isImpersonation(event),
  asks: {
    target: firstSeen('impersonated-account', (event) =>
      isImpersonation(event) && event.response === 'ok' ? event.body.target : undefined,
    ),
    chain: firstSeen('delegated-by', (event) => (isImpersonation(event) ? undefined : event.body.delegation?.join(' > '))),
    refused: distinct('refused-impersonation', 60, (event) =>
      isImpersonation(event) && event.response === 'denied' ? event.body.target : undefined,
    ),
  },
  judge(event, { target, chain, refused }) {
    if (refused >= SEARCH) return search(event, refused);
    if (target.isNew) return taken(event, target);
    return chain.isNew ? borrowed(event, chain) : undefined;
  },
});

function isImpersonation(event: Event): boolean {
  return event.body.target !== undefined && IMPERSONATIONS.has(event.operation.verb);
}

function search(event: Event, accounts: number): Verdict {
  const because = [{ dimension: 'target', observed: `${event.body.target ?? ''}, the ${accounts}th within an hour` }];
  return {
    severity: 'high',
    confidence: 'medium',
    what: `is refused impersonation of ${accounts} service accounts within an hour`,
    because,
  };
}

/** The caller's side: a token or signature of an account it never used. */
function taken(event: Event, target: FirstSeen): Verdict {
  const account = event.body.target ?? '';
  const steps = event.body.delegation?.length ?? 0;
  const foreign = isOther(projectOf(event.actor.name), projectOf(account));
  const because = [
    { dimension: 'target', observed: account, usual: target.usual },
    ...chainReason(event),
    ...foreignReason(foreign, account),
  ];
  const grave = steps > 0 || (foreign && isWorkload(event.actor.kind));
  return {
    severity: grave ? 'high' : 'medium',
    confidence: grave ? 'high' : 'medium',
    what: `takes a token of ${account}, which it never used`,
    because,
  };
}

/** The borrowed account's side: someone new acts as it. */
function borrowed(event: Event, chain: FirstSeen): Verdict {
  const delegation = event.body.delegation ?? [];
  const first = delegation[0] ?? '';
  const foreign = isOther(projectOf(first), projectOf(event.actor.name));
  const severity: Severity = delegation.length > 1 && foreign ? 'high' : 'medium';
  const because = [{ dimension: 'delegation', observed: delegation.join(' > '), usual: chain.usual }, ...foreignReason(foreign, first)];
  const others = delegation.length - 1;
  const steps = others === 0 ? '' : others === 1 ? ' by way of another account' : ` by way of ${others} other accounts`;
  return { severity, confidence: 'medium', what: `is used by ${first}${steps}, who never did so`, because };
}

function chainReason(event: Event): Verdict['because'] {
  const delegation = event.body.delegation ?? [];
  return delegation.length === 0 ? [] : [{ dimension: 'delegation', observed: delegation.join(' > ') }];
}

function foreignReason(foreign: boolean, name: string): Verdict['because'] {
  return foreign ? [{ dimension: 'project', observed: `${name} belongs to another project` }] : [];
}

function isOther(left: string, right: string): boolean {
  return left !== '' && right !== '' && left !== right;
}

/** Project in a service account's address; '' for people and Google's numbered accounts. */
function projectOf(name: string): string {
  return name.endsWith(OWN_DOMAIN) ? name.slice(name.indexOf('@') + 1, -OWN_DOMAIN.length) : '';
}
