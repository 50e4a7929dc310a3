import type { Actor } from './population.ts';
import { CLOUD_CALLS } from './population.ts';
import type { Random } from './random.ts';
import type { Made } from './records.ts';
import { type Call, calls, ORDINARY } from './vocabulary.ts';

/** What an attacker does with an identity on one day. */
type Deed = (actor: Actor, random: Random) => readonly Made[];

const OUTSIDE = '203.0.113.77';
const [rules, access] = calls(
  'create selfsubjectrulesreviews authorization.k8s.io',
  'create selfsubjectaccessreviews authorization.k8s.io',
) as [Call, Call];
const [getSecret, listSecrets] = calls('get secrets', 'list secrets') as [Call, Call];
const [bindRole, grantCluster] = calls(
  'create rolebindings rbac.authorization.k8s.io',
  'create clusterrolebindings rbac.authorization.k8s.io',
) as [Call, Call];
const [exec, makePod, patchDeployment, mint] = calls(
  'create pods/exec',
  'create pods',
  'patch deployments apps',
  'create serviceaccounts/token',
) as [Call, Call, Call, Call];

/** Half of the attackers pose as the identity's own client. */
function tool(actor: Actor, random: Random): { client?: string } {
  return random.chance(0.5)
    ? {}
    : {
        client: random.pick(['kubectl', 'curl', 'python-requests', 'kubernetes-recon']),
        ...(actor.sort === 'cloud' && { client: 'aws-cli' }),
      };
}

const times = (count: number, each: (index: number) => Made): readonly Made[] => Array.from({ length: count }, (_, index) => each(index));
const other = (random: Random) => `team-${random.below(20)}`;

/** Kinds of attack, each scored in the shadow: nothing of it is learned. */
export const ATTACKS: Readonly<Record<string, { readonly on: readonly Actor['sort'][]; readonly deed: Deed }>> = {
  recon: {
    on: ['workload'],
    deed: (actor, random) => {
      const how = tool(actor, random);
      return [{ call: rules, namespace: '', code: 201, ...how }, ...times(6, () => ({ call: access, namespace: '', code: 201, ...how }))];
    },
  },
  'secrets-own-namespace': {
    on: ['workload'],
    deed: (actor, random) => [{ call: listSecrets, namespace: actor.namespace, code: 200, ...tool(actor, random) }],
  },
  'secrets-other-namespace': {
    on: ['workload'],
    deed: (actor, random) => {
      const how = tool(actor, random);
      return times(4, () => ({ call: getSecret, namespace: other(random), name: 'db', code: random.chance(0.5) ? 200 : 403, ...how }));
    },
  },
  'token-outside': {
    on: ['workload'],
    deed: (actor, random) =>
      times(5, () => ({
        call: random.pick(actor.habits).call,
        namespace: actor.namespace,
        code: 200,
        ip: OUTSIDE,
        ...tool(actor, random),
      })),
  },
  'token-other-pod': {
    on: ['workload'],
    deed: (actor, random) => {
      const ip = `10.${actor.cluster * 8 + 5}.3.9`;
      return times(5, () => ({ call: random.pick(ORDINARY.slice(0, 60)), namespace: other(random), code: 200, ip, client: 'curl' }));
    },
  },
  'exec-or-pod': {
    on: ['workload', 'deployer'],
    deed: (actor, random) => [
      { call: random.chance(0.5) ? exec : makePod, namespace: other(random), name: 'victim', code: 201, ...tool(actor, random) },
    ],
  },
  rbac: {
    on: ['workload', 'deployer'],
    deed: (actor, random) => [
      {
        call: random.chance(0.5) ? bindRole : grantCluster,
        namespace: random.chance(0.5) ? '' : actor.namespace,
        code: 201,
        ...tool(actor, random),
      },
    ],
  },
  'cloud-role': {
    on: ['cloud'],
    deed: (actor, random) => {
      const how = { ...tool(actor, random), ...(random.chance(0.6) && { ip: OUTSIDE }) };
      const power = ['iam ListRoles', 'secretsmanager GetSecretValue', 'sts GetCallerIdentity', 'iam CreateAccessKey', 's3 ListBuckets'];
      return times(4, () => {
        const [group = '', verb = ''] = random.pick(power).split(' ');
        return {
          call: { verb, group: `${group}.amazonaws.com`, resource: '', subresource: '' },
          namespace: '',
          code: random.chance(0.3) ? 403 : 200,
          ...how,
        };
      });
    },
  },
  'cloud-quiet': {
    on: ['cloud'],
    deed: (_actor, random) => times(3, () => ({ call: random.pick(CLOUD_CALLS), namespace: '', code: 200, ip: OUTSIDE })),
  },
  'node-credential': {
    on: ['node'],
    deed: (_actor, random) =>
      times(4, () => ({
        call: getSecret,
        namespace: other(random),
        name: 'token',
        code: random.chance(0.5) ? 200 : 403,
        client: random.chance(0.5) ? 'kubectl' : 'kubelet',
      })),
  },
  'bulk-read': {
    on: ['workload'],
    deed: (actor, random) => {
      const habit = random.pick(actor.habits);
      return times(Math.min(Math.ceil(actor.rate * 12) + 60, 600), () => ({ call: habit.call, namespace: habit.namespace, code: 200 }));
    },
  },
  'deployer-abuse': {
    on: ['deployer'],
    deed: (actor, random) =>
      times(4, () => ({
        call: random.pick([listSecrets, mint, patchDeployment, grantCluster]),
        namespace: other(random),
        name: 'x',
        code: 200,
        ...tool(actor, random),
      })),
  },
  'peer-operation': {
    on: ['workload'],
    deed: (actor, random) => {
      const lacking = (actor.app?.habits ?? []).filter(({ call }) => !actor.habits.some((habit) => habit.call === call));
      const { call, namespace } = random.pick(lacking.length === 0 ? actor.habits : lacking);
      return [{ call, namespace, code: 200 }];
    },
  },
  'privileged-patch': {
    on: ['workload'],
    deed: (actor, random) => [
      {
        call: patchDeployment,
        namespace: random.chance(0.5) ? actor.namespace : other(random),
        name: 'api',
        code: 200,
        ...tool(actor, random),
      },
    ],
  },
  'token-mint': {
    on: ['workload'],
    deed: (actor, random) =>
      times(2, () => ({
        call: mint,
        namespace: random.chance(0.5) ? 'kube-system' : actor.namespace,
        name: 'admin',
        code: 201,
        ...tool(actor, random),
      })),
  },
  'quiet-enumeration': {
    on: ['workload'],
    deed: (_actor, random) =>
      times(8, () => ({
        call: random.pick(
          calls('list pods', 'list namespaces', 'list roles rbac.authorization.k8s.io', 'list serviceaccounts', 'list nodes'),
        ),
        namespace: '',
        code: random.chance(0.4) ? 403 : 200,
      })),
  },
};

/** Of a drip: one sensitive call a day, as the identity itself would make it. */
export function dripOf(actor: Actor): Made {
  return { call: getSecret, namespace: actor.namespace, name: 'db', code: 200 };
}
