/** Records of three clouds for stories of chains, as their providers write them, with the few fields that a story is about. */
import { nextId } from './chain-records.ts';

export const ACCOUNT = '111122223333';
export const ISSUER = 'oidc.eks.eu-west-1.amazonaws.com/id/0000AAAA';
export const SUBSCRIPTION = 'aaaaaaaa-0000-4000-8000-000000000001';
export const TENANT = '11111111-2222-3333-4444-555555555555';

/** One record of CloudTrail. */
export function aws(time: string, userIdentity: unknown, name: string, more: Readonly<Record<string, unknown>> = {}): unknown {
  return {
    eventVersion: '1.11',
    userIdentity,
    eventTime: `${time.slice(0, 19)}Z`,
    eventSource: 'sts.amazonaws.com',
    eventName: name,
    awsRegion: 'eu-west-1',
    sourceIPAddress: '198.51.100.20',
    userAgent: 'aws-sdk-java/2.25.11 Linux/5.10',
    eventID: nextId(),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Management',
    ...more,
  };
}

/** The session of a role as a caller. */
export function session(role: string, key: string, name = 'session', more: Readonly<Record<string, unknown>> = {}): unknown {
  const id = `AROA${role.toUpperCase().replace(/[^A-Z]/g, '')}`;
  return {
    type: 'AssumedRole',
    principalId: `${id}:${name}`,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${name}`,
    accountId: ACCOUNT,
    accessKeyId: key,
    sessionContext: {
      sessionIssuer: { type: 'Role', principalId: id, arn: `arn:aws:iam::${ACCOUNT}:role/${role}`, accountId: ACCOUNT, userName: role },
      ...more,
    },
  };
}

/** What STS answers: the session's public key id and role. */
export function given(role: string, key: string, name = 'session'): Readonly<Record<string, unknown>> {
  const id = `AROA${role.toUpperCase().replace(/[^A-Z]/g, '')}`;
  return {
    requestParameters: { roleArn: `arn:aws:iam::${ACCOUNT}:role/${role}`, roleSessionName: name },
    responseElements: {
      credentials: { accessKeyId: key },
      assumedRoleUser: { assumedRoleId: `${id}:${name}`, arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${name}` },
    },
  };
}

/** A service account as STS names it where it exchanges its token (IRSA). */
export function webIdentity(namespace: string, account: string): unknown {
  const provider = `arn:aws:iam::${ACCOUNT}:oidc-provider/${ISSUER}`;
  const userName = `system:serviceaccount:${namespace}:${account}`;
  return { type: 'WebIdentityUser', principalId: `${provider}:sts.amazonaws.com:${userName}`, userName, identityProvider: provider };
}

/** EKS assumes the role of a pod and names the pod in the session's tags (EKS user guide, "Session tags"). */
export function podIdentity(time: string, key: string): unknown {
  const name = 'eks-prod-1-db-operator-0-9b1d41c1-8050-4d2a-8e7d-069223e7cb5e';
  const { requestParameters, responseElements } = given('db-role', key, name) as { requestParameters: object; responseElements: object };
  const principalTags = {
    'eks-cluster-arn': `arn:aws:eks:eu-west-1:${ACCOUNT}:cluster/prod-1`,
    'eks-cluster-name': 'prod-1',
    'kubernetes-namespace': 'data',
    'kubernetes-service-account': 'db-operator',
    'kubernetes-pod-name': 'db-operator-0',
    'kubernetes-pod-uid': 'uid-db-operator-0',
  };
  const caller = { type: 'AWSService', invokedBy: 'pods.eks.amazonaws.com' };
  return aws(time, caller, 'AssumeRole', {
    requestParameters: { ...requestParameters, principalTags },
    responseElements,
    sourceIPAddress: 'pods.eks.amazonaws.com',
    userAgent: 'pods.eks.amazonaws.com',
  });
}

/** What a story may say of a call to Azure Resource Manager. */
interface AzureCall {
  readonly from?: string;
  readonly resource?: string;
  readonly body?: unknown;
  readonly group?: string;
  readonly token?: string;
}

/** One call to Azure Resource Manager by a managed identity. */
export function azure(time: string, identity: string, operation: string, more: AzureCall = {}): unknown {
  const mirid = `/subscriptions/${SUBSCRIPTION}/resourcegroups/${more.group ?? 'rg-shop'}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${identity}`;
  const ids = { id: `0b1ec700-0000-4000-8000-${hex(identity)}`, appId: `a9910000-0000-4000-8000-${hex(identity)}` };
  return activity(time, operation, ids, { token: `uti-${identity}-${time}`, ...more }, { xms_mirid: mirid });
}

/** One call to Azure Resource Manager by an application of these ids. */
export function activity(
  time: string,
  operation: string,
  ids: { readonly id: string; readonly appId: string },
  more: AzureCall,
  claims: Readonly<Record<string, string>> = {},
): unknown {
  const resource = more.resource ?? `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-shop/providers/Microsoft.Compute/disks/data-1`;
  return {
    time,
    resourceId: resource.toUpperCase(),
    operationName: operation.toUpperCase(),
    category: 'Administrative',
    resultType: 'Success',
    resultSignature: 'Succeeded.OK',
    callerIpAddress: more.from ?? '10.1.2.3',
    correlationId: nextId(),
    identity: {
      authorization: { scope: resource, action: operation },
      claims: {
        aud: 'https://management.azure.com/',
        appid: ids.appId,
        idtyp: 'app',
        'http://schemas.microsoft.com/identity/claims/objectidentifier': ids.id,
        'http://schemas.microsoft.com/identity/claims/tenantid': TENANT,
        uti: more.token,
        ...claims,
      },
    },
    properties: { entity: resource, ...(more.body !== undefined && { requestbody: JSON.stringify(more.body) }) },
    tenantId: TENANT,
  };
}

/** Twelve digits of a name, for made-up ids. */
export function hex(text: string): string {
  return Buffer.from(text).toString('hex').padEnd(12, '0').slice(0, 12);
}

/** One entry of Google Cloud's audit log. `chain`: on whose authority, the first one first. */
export function gcp(
  time: string,
  email: string,
  method: string,
  more: {
    readonly from?: string;
    readonly chain?: readonly string[];
    readonly service?: string;
    readonly resource?: string;
    readonly request?: unknown;
  } = {},
): unknown {
  return {
    protoPayload: {
      '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
      status: {},
      authenticationInfo: {
        principalEmail: email,
        principalSubject: `serviceAccount:${email}`,
        ...(more.chain !== undefined && {
          serviceAccountDelegationInfo: more.chain.map((one) =>
            one.includes('@') ? { firstPartyPrincipal: { principalEmail: one } } : { principalSubject: one },
          ),
        }),
      },
      requestMetadata: { callerIp: more.from ?? '198.51.100.20', callerSuppliedUserAgent: 'google-cloud-sdk gcloud/458.0.0' },
      serviceName: more.service ?? 'compute.googleapis.com',
      methodName: method,
      resourceName: more.resource ?? 'projects/shop-prod-1/zones/europe-west1-b/disks/data-1',
      ...(more.request !== undefined && { request: more.request }),
    },
    insertId: nextId(),
    resource: { type: 'gce_disk', labels: { project_id: 'shop-prod-1' } },
    timestamp: time,
    logName: 'projects/shop-prod-1/logs/cloudaudit.googleapis.com%2Factivity',
  };
}
