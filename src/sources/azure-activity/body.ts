import { type Body, NO_BODY, type Subject } from '../../core/body.ts';
import { asObject, asString, type Json, type JsonObject } from '../../core/json.ts';
import type { Operation } from '../../core/operation.ts';
import { clusterBehind, type Settings } from '../../core/settings.ts';
import { parsedObject } from '../azure/fields.ts';
import type { AzureResource } from '../azure/resource.ts';

/** Built-in roles that matter, by definition id (learn.microsoft.com/azure/role-based-access-control/built-in-roles). */
const ROLES: ReadonlyMap<string, string> = new Map([
  ['8e3af657-a8ff-443c-a75c-2fe8c4bcb635', 'Owner'],
  ['b24988ac-6180-42a0-ab88-20f7382dd24c', 'Contributor'],
  ['18d7d88d-d35e-4fb5-a5c3-7773c20a72d9', 'User Access Administrator'],
  ['f58310d9-a9f6-439a-9e8d-f62e7b41a168', 'Role Based Access Control Administrator'],
  ['acdd72a7-3385-48ef-bd42-f606fba81ae7', 'Reader'],
  ['0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8', 'Azure Kubernetes Service Cluster Admin Role'],
  ['4abbcc35-e782-43d8-92c5-2d3f1bd2253f', 'Azure Kubernetes Service Cluster User Role'],
  ['b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b', 'Azure Kubernetes Service RBAC Cluster Admin'],
]);

/**
 * The few fields of request bodies that detections read: role assignments (who gets which role where) and federated
 * credentials of managed identities (which outside issuer and subject are trusted). Bodies of other calls are not opened.
 */
export function activityBody(operation: Operation, properties: Json, resource: AzureResource, settings: Settings): Body {
  if (operation.verb !== 'write') return NO_BODY;
  if (operation.resource === 'roleassignments') return grantBody(requestOf(properties));
  if (operation.subresource === 'federatedidentitycredentials') return trustBody(requestOf(properties), resource, settings);
  return NO_BODY;
}

function requestOf(properties: Json): JsonObject | undefined {
  const outer = parsedObject(properties);
  const request = parsedObject(outer?.requestbody) ?? parsedObject(outer?.requestBody);
  return asObject(request?.properties) ?? asObject(request?.Properties) ?? request;
}

function grantBody(request: JsonObject | undefined): Body {
  if (request === undefined) return NO_BODY;
  const definition = asString(request.roleDefinitionId ?? request.RoleDefinitionId, 512) ?? '';
  const principal = asString(request.principalId ?? request.PrincipalId, 128) ?? '';
  const kind = asString(request.principalType ?? request.PrincipalType, 64) ?? 'principal';
  const target = asString(request.scope ?? request.Scope, 512);
  const role = definition.slice(definition.lastIndexOf('/') + 1).toLowerCase();
  const subjects: Subject[] = principal === '' ? [] : [{ kind, namespace: '', name: principal }];
  return { grant: { role: ROLES.get(role) ?? role, roleKind: 'azure-role', subjects }, ...(target === undefined ? {} : { target }) };
}

function trustBody(request: JsonObject | undefined, resource: AzureResource, settings: Settings): Body {
  const slash = resource.name.indexOf('/');
  const identity = slash < 0 ? resource.name : resource.name.slice(0, slash);
  const issuer = asString(request?.issuer ?? request?.Issuer, 512);
  const subject = asString(request?.subject ?? request?.Subject, 512);
  if (issuer === undefined || subject === undefined) return { target: identity };
  return {
    target: identity,
    grant: { role: identity, roleKind: 'federated-credential', subjects: [{ kind: 'federated', namespace: issuer, name: subject }] },
    ...borrowed(issuer, subject, settings),
  };
}

/** Workload identity: the subject is a service account of the cluster behind the issuer. */
function borrowed(issuer: string, subject: string, settings: Settings): Pick<Body, 'borrower'> {
  const [, , namespace, account] = subject.startsWith('system:serviceaccount:') ? subject.split(':', 4) : [];
  if (namespace === undefined || account === undefined) return {};
  return { borrower: { cluster: clusterBehind(issuer, settings), namespace, account } };
}
