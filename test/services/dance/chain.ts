/** Records of a stolen path, for the dance: a person mints a token for one service account, which mints one for another, which reads secrets. */
export function chainRecords(number: number, time: number): readonly string[] {
  const [first, second] = [`JTI=chain-${number}-1`, `JTI=chain-${number}-2`];
  const [front, back] = [`front-${number % 40}`, `back-${number % 40}`];
  return [
    mint(`chain-${number}-a`, { username: 'mallory@corp.example' }, front, first, time),
    mint(`chain-${number}-b`, account(front, first), back, second, time + 1_000),
    use(`chain-${number}-c`, account(back, second), time + 2_000),
  ];
}

function account(name: string, credential: string): unknown {
  return { username: `system:serviceaccount:dance:${name}`, extra: { 'authentication.kubernetes.io/credential-id': [credential] } };
}

function mint(auditID: string, user: unknown, name: string, issued: string, time: number): string {
  return record(auditID, user, 'create', time, {
    requestURI: `/api/v1/namespaces/dance/serviceaccounts/${name}/token`,
    objectRef: { resource: 'serviceaccounts', namespace: 'dance', name, apiVersion: 'v1', subresource: 'token' },
    responseStatus: { code: 201 },
    annotations: { 'authentication.kubernetes.io/issued-credential-id': issued },
  });
}

function use(auditID: string, user: unknown, time: number): string {
  return record(auditID, user, 'list', time, {
    requestURI: '/api/v1/namespaces/dance/secrets',
    objectRef: { resource: 'secrets', namespace: 'dance', apiVersion: 'v1' },
    responseStatus: { code: 200 },
  });
}

function record(auditID: string, user: unknown, verb: string, time: number, more: object): string {
  const stamp = new Date(time).toISOString();
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID,
    stage: 'ResponseComplete',
    verb,
    user,
    sourceIPs: ['10.244.7.9'],
    userAgent: 'kubectl/v1.34.0',
    requestReceivedTimestamp: stamp,
    stageTimestamp: stamp,
    ...more,
  });
}
