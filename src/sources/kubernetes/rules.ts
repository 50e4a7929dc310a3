import type { RuleSummary } from '../../core/body.ts';
import { asObject, asStrings } from '../../core/json.ts';

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
const MOST_POWERS = 16;

/** Summarises RBAC rules by the powers they give (at most 64 rules are read). */
export function ruleSummary(rules: readonly unknown[]): RuleSummary {
  let everything = false;
  let wildcard = false;
  const powers = new Set<string>();
  for (const item of rules.slice(0, 64)) {
    const rule = asObject(item);
    const verbs = asStrings(rule?.verbs);
    const resources = asStrings(rule?.resources);
    const anyVerb = verbs.includes('*');
    const anyResource = resources.includes('*');
    everything ||= anyVerb && anyResource;
    wildcard ||= anyVerb || anyResource;
    addPowers(powers, verbs, resources);
  }
  return { everything, wildcard, powers: [...powers].slice(0, MOST_POWERS) };
}

function addPowers(powers: Set<string>, verbs: readonly string[], resources: readonly string[]): void {
  for (const verb of verbs) if (ESCALATING_VERBS.has(verb)) powers.add(verb);
  const writes = verbs.some((verb) => WRITE_VERBS.has(verb));
  for (const resource of resources) {
    if (POWERFUL_RESOURCES.has(resource)) powers.add(resource);
    else if (writes && POWERFUL_TO_WRITE.has(resource)) powers.add(`write ${resource}`);
  }
}
