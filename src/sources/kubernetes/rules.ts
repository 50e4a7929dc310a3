import type { RuleSummary } from '../../core/body.ts';
import { asArray, asObject } from '../../core/json.ts';

const ESCALATING_VERBS: ReadonlySet<string> = new Set(['bind', 'escalate', 'impersonate']);
/** Resources whose mere use yields code execution, credentials or more rights (Kubernetes documentation, "RBAC good practices"). */
const POWERFUL_RESOURCES: ReadonlySet<string> = new Set([
  'secrets',
  'pods/exec',
  'pods/attach',
  'pods/ephemeralcontainers',
  'nodes/proxy',
  'serviceaccounts/token',
  'certificatesigningrequests/approval',
  'mutatingwebhookconfigurations',
  'validatingwebhookconfigurations',
]);
const WRITE_VERBS: ReadonlySet<string> = new Set(['create', 'update', 'patch', '*']);
/** Resources that are powerful only to those who may write them. */
const POWERFUL_TO_WRITE: ReadonlySet<string> = new Set([
  'pods',
  'deployments',
  'daemonsets',
  'statefulsets',
  'jobs',
  'cronjobs',
  'clusterrolebindings',
  'rolebindings',
  'clusterroles',
  'roles',
]);
/** RBAC lets a rule name a subresource of whatever has one (kubernetes `pkg/apis/rbac/v1/evaluation_helpers.go`, ResourceMatches). */
const ANY_WITH: ReadonlyMap<string, string> = new Map([
  ['*/token', 'serviceaccounts/token'],
  ['*/exec', 'pods/exec'],
  ['*/attach', 'pods/attach'],
  ['*/ephemeralcontainers', 'pods/ephemeralcontainers'],
  ['*/proxy', 'nodes/proxy'],
  ['*/approval', 'certificatesigningrequests/approval'],
]);

/** Summarises RBAC rules by the powers they give. All rules are read: a summary of some could be made harmless by padding. */
export function ruleSummary(rules: readonly unknown[]): RuleSummary {
  let everything = false;
  let wildcard = false;
  const powers = new Set<string>();
  for (const item of rules) {
    const rule = asObject(item);
    const verbs = asArray(rule?.verbs);
    const resources = asArray(rule?.resources);
    const anyVerb = verbs.includes('*');
    const anyResource = resources.includes('*');
    everything ||= anyVerb && anyResource;
    wildcard ||= anyVerb || anyResource;
    addPowers(powers, verbs, resources);
  }
  return { everything, wildcard, powers: [...powers] };
}

function addPowers(powers: Set<string>, verbs: readonly unknown[], resources: readonly unknown[]): void {
  for (const verb of verbs) if (typeof verb === 'string' && ESCALATING_VERBS.has(verb)) powers.add(verb);
  const writes = verbs.some((verb) => typeof verb === 'string' && WRITE_VERBS.has(verb));
  for (const item of resources) {
    if (typeof item !== 'string') continue;
    const resource = ANY_WITH.get(item) ?? item;
    if (POWERFUL_RESOURCES.has(resource)) powers.add(resource);
    else if (writes && POWERFUL_TO_WRITE.has(resource)) powers.add(`write ${resource}`);
  }
}
