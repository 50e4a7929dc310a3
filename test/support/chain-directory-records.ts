/** Records of Microsoft Entra ID for stories of chains, as diagnostic settings write them. */
import { activity, hex, TENANT } from './chain-cloud-records.ts';
import { nextId } from './chain-records.ts';

const BILLING = 'billing-api';

/** Ids of an application by its name. */
function app(name: string): { readonly id: string; readonly appId: string } {
  return { id: `5e000000-0000-4000-8000-${hex(name)}`, appId: `a9910000-0000-4000-8000-${hex(name)}` };
}

/** An application adds a key to `billing-api`. */
export function keyAdded(time: string, by: string, key: string, before: readonly string[] = []): unknown {
  const listed = (keys: readonly string[]) =>
    JSON.stringify(keys.map((one) => `[KeyIdentifier=${one},KeyType=Password,KeyUsage=Verify,DisplayName=deploy]`));
  return {
    time,
    resourceId: `/tenants/${TENANT}/providers/Microsoft.aadiam`,
    operationName: 'Add service principal credentials',
    category: 'AuditLogs',
    tenantId: TENANT,
    correlationId: nextId(),
    properties: {
      id: `Directory_${nextId()}`,
      result: 'success',
      activityDisplayName: 'Add service principal credentials',
      activityDateTime: time,
      initiatedBy: { app: { appId: app(by).appId, displayName: by, servicePrincipalId: app(by).id } },
      targetResources: [
        {
          id: app(BILLING).id,
          displayName: BILLING,
          type: 'ServicePrincipal',
          modifiedProperties: [{ displayName: 'KeyDescription', oldValue: listed(before), newValue: listed([...before, key]) }],
        },
      ],
    },
  };
}

/** `billing-api` signs in with a key and is given a token. */
export function signIn(time: string, key: string, token: string, from = '10.1.2.9'): unknown {
  return {
    time,
    resourceId: `/tenants/${TENANT}/providers/Microsoft.aadiam`,
    operationName: 'Sign-in activity',
    category: 'ServicePrincipalSignInLogs',
    tenantId: TENANT,
    resultType: '0',
    correlationId: nextId(),
    properties: {
      id: nextId(),
      createdDateTime: time,
      appId: app(BILLING).appId,
      servicePrincipalId: app(BILLING).id,
      servicePrincipalName: BILLING,
      resourceDisplayName: 'Windows Azure Service Management API',
      uniqueTokenIdentifier: token,
      servicePrincipalCredentialKeyId: key.toUpperCase(),
      status: { errorCode: 0 },
      ipAddress: from,
    },
  };
}

/** An application calls Azure Resource Manager by a token. */
export function calls(time: string, operation: string, token: string, from = '10.1.2.9', by = BILLING): unknown {
  return activity(time, operation, app(by), { token, from });
}
