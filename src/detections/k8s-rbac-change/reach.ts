import { type Because, type Severity, severityRank } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { isSystemNamespace } from '../../core/platform.ts';

const EVERYBODY: ReadonlySet<string> = new Set([
  'system:anonymous',
  'system:unauthenticated',
  'system:authenticated',
  'system:serviceaccounts',
]);
const ADMIN_ROLES: ReadonlySet<string> = new Set(['cluster-admin', 'admin']);
/** Group of all service accounts of a namespace. */
const ACCOUNTS_OF = 'system:serviceaccounts:';

/** How far a grant goes by itself, whoever gives it. */
export interface Reach {
  readonly severity: Severity;
  readonly because: readonly Because[];
}

const ORDINARY: Reach = { severity: 'info', because: [] };

/** How far the grant itself goes, from the body. Deletions grant nothing; what was refused grants nothing either, but was tried. */
export function grantReach(event: Event): Reach {
  if (event.operation.verb === 'delete' || event.operation.verb === 'deletecollection') return ORDINARY;
  const reach = writtenReach(event);
  return event.response === 'denied' && reach !== ORDINARY ? { severity: 'low', because: reach.because } : reach;
}

function writtenReach(event: Event): Reach {
  const { grant, rules } = event.body;
  if (grant !== undefined) return bindingReach(event, grant.role, grant.subjects);
  if (rules === undefined) return ORDINARY;
  if (rules.everything) return { severity: 'medium', because: [{ dimension: 'role allows', observed: 'everything' }] };
  const escalating = rules.powers.filter(
    (power) =>
      power === 'bind' || power === 'escalate' || power === 'impersonate' || power === 'nodes/proxy' || power === 'serviceaccounts/token',
  );
  if (escalating.length > 0) return { severity: 'medium', because: [{ dimension: 'role allows', observed: escalating.join(', ') }] };
  if (rules.wildcard || rules.powers.length > 0) {
    return { severity: 'low', because: [{ dimension: 'role allows', observed: rules.wildcard ? 'wildcards' : rules.powers.join(', ') }] };
  }
  return ORDINARY;
}

function bindingReach(event: Event, role: string, subjects: NonNullable<Event['body']['grant']>['subjects']): Reach {
  const everybody = subjects.find((subject) => EVERYBODY.has(subject.name) && subject.kind !== 'ServiceAccount');
  if (everybody !== undefined && everybody.name !== 'system:authenticated' && everybody.name !== 'system:serviceaccounts') {
    const isBootstrap = event.namespace === 'kube-public' && role.startsWith('kubeadm:');
    return {
      severity: isBootstrap ? 'low' : 'critical',
      because: [
        { dimension: 'granted to', observed: everybody.name },
        { dimension: 'role', observed: role },
      ],
    };
  }
  const isAdmin = ADMIN_ROLES.has(role);
  if (everybody !== undefined) {
    return {
      severity: isAdmin ? 'critical' : 'medium',
      because: [
        { dimension: 'granted to', observed: everybody.name },
        { dimension: 'role', observed: role },
      ],
    };
  }
  if (!isAdmin) return ORDINARY;
  const isDefault = subjects.some((subject) => subject.kind === 'ServiceAccount' && subject.name === 'default');
  return {
    severity: isDefault ? 'high' : 'medium',
    because: [
      { dimension: 'role', observed: role },
      { dimension: 'granted to', observed: subjects.map((subject) => subject.name).join(', ') },
    ],
  };
}

/**
 * A grant that opens more than its own application, as one value: the role with its subjects, or a role with what it may.
 * Undefined for ordinary grants and for what was refused.
 */
export function strongGrant(event: Event): string | undefined {
  if (severityRank(grantReach(event).severity) < severityRank('medium')) return undefined;
  const { grant, rules } = event.body;
  if (grant !== undefined) {
    const subjects = grant.subjects.map((subject) => `${subject.kind} ${subject.namespace}/${subject.name}`);
    return `${grant.role} in ${event.namespace} to ${subjects.sort().join(', ')}`;
  }
  return `${event.namespace}/${event.name} allows ${rules?.everything === true ? 'everything' : rules?.powers.join(', ')}`;
}

/** True if the grant goes to accounts that belong to the cluster itself. */
export function isForSystem(event: Event): boolean {
  return (event.body.grant?.subjects ?? []).some(
    ({ kind, namespace, name }) =>
      (kind === 'ServiceAccount' && isSystemNamespace(namespace)) ||
      (name.startsWith(ACCOUNTS_OF) && isSystemNamespace(name.slice(ACCOUNTS_OF.length))),
  );
}
