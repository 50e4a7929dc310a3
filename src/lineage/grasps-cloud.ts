import type { Event } from '../core/event.ts';
import { type Grasp, LIFE, MEDIUM, NOTHING } from './grasp.ts';
import {
  accessKeyThing,
  accountThing,
  associationThing,
  clusterOfNodes,
  entryThing,
  instanceThing,
  kubeconfigThing,
  nodesThing,
  runnerThing,
  trustThing,
} from './things.ts';

/** Calls that give out a cluster's administrator credential, or a shell or a command on one of its machines. */
export const ENTRIES: ReadonlySet<string> = new Set([
  'listclusteradmincredential',
  'listcredential',
  'runcommand',
  'SendCommand',
  'StartSession',
]);
const DIRECTORY = 'microsoft.directory';
const INSTANCE = /^i-[0-9a-f]{8,32}$/;

/** What a call to a cloud gets hold of. */
export function graspsInCloud(event: Event, worst: number): readonly Grasp[] {
  const grasp = graspInCloud(event, worst);
  return grasp === undefined ? NOTHING : [grasp];
}

function graspInCloud(event: Event, worst: number): Grasp | undefined {
  switch (event.plane) {
    case 'aws':
      return graspInAws(event, worst);
    case 'azure':
      return event.operation.group === DIRECTORY ? graspOfKey(event) : graspInAzure(event, worst);
    default:
      return graspInGoogle(event, worst);
  }
}

function graspInAws(event: Event, worst: number): Grasp | undefined {
  const { operation, body } = event;
  if (operation.group === 'eks.amazonaws.com') return graspOfEntry(event, worst);
  if (operation.group !== 'ssm.amazonaws.com') return graspOfKey(event);
  const target = body.target ?? '';
  return INSTANCE.test(target) ? { thing: instanceThing(target), kind: 'entered', life: LIFE.entered } : undefined;
}

/** A key by its public id; keys of accounts, users and applications last. */
function graspOfKey({ plane, operation, body }: Event): Grasp | undefined {
  if (body.issued === undefined) return undefined;
  const isLasting = operation.verb === 'CreateAccessKey' || plane !== 'aws';
  return {
    thing: accessKeyThing(plane, body.issued),
    kind: isLasting ? 'created' : body.borrower === undefined ? 'assumed' : 'exchanged',
    life: isLasting ? LIFE.lasting : LIFE.session,
  };
}

/** EKS: a principal is let into clusters, or a service account given a role, where a detection spoke of it. */
function graspOfEntry({ body: { grant, target } }: Event, worst: number): Grasp | undefined {
  const [subject] = grant?.subjects ?? [];
  if (subject === undefined || subject.name === '' || worst < MEDIUM) return undefined;
  const { kind, namespace, name } = subject;
  const thing = kind === 'IAM' ? entryThing(name) : associationThing(target ?? '', namespace, name);
  return { thing, kind: 'granted', life: LIFE.lasting };
}

/**
 * A foreign issuer is trusted by an identity: whoever wrote that may come through it, where a detection spoke of it. Of a cluster: its administrator credential, a command run in it or on one
 * of its nodes.
 */
function graspInAzure(event: Event, worst: number): Grasp | undefined {
  const { operation, scope, body, name, namespace } = event;
  const { group, resource, subresource, verb } = operation;
  if (subresource === 'federatedidentitycredentials' && body.target !== undefined)
    return verb === 'write' && worst >= MEDIUM ? { thing: trustThing(scope, body.target), kind: 'trusted', life: LIFE.lasting } : undefined;
  if (group === 'microsoft.compute' && verb === 'runcommand') return onNodeOf(clusterOfNodes(namespace));
  if (group !== 'microsoft.containerservice' || resource !== 'managedclusters' || !ENTRIES.has(verb)) return undefined;
  const [cluster = '', profile] = name.split('/', 2);
  if (verb === 'runcommand') return { thing: runnerThing(cluster), kind: 'entered', life: LIFE.token };
  return profile === 'clusteruser' ? undefined : { thing: kubeconfigThing(cluster), kind: 'read', life: LIFE.lasting };
}

/** A machine of a scale set has another name than its node has. */
function onNodeOf(cluster: string | undefined): Grasp | undefined {
  return cluster === undefined ? undefined : { thing: nodesThing(cluster), kind: 'entered', life: LIFE.entered };
}

/** Whoever makes a machine run as an account may act as it from there; deployers do so all day. */
function graspInGoogle(event: Event, worst: number): Grasp | undefined {
  const { operation, body } = event;
  const isMade = operation.group === 'compute.googleapis.com' && operation.verb.toLowerCase() === 'insert';
  if (!isMade || body.target === undefined) return graspOfKey(event);
  return worst < MEDIUM ? undefined : { thing: accountThing(body.target), kind: 'created', life: LIFE.lasting };
}
