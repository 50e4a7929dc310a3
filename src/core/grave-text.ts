/** What the text of a command gives away about its purpose. */
export interface Grave {
  readonly kind: 'metadata' | 'credentials';
  /** Where the tell-tale words begin. */
  readonly at: number;
}

/** Instance metadata: address in its usual forms, and the paths that give tokens out. */
const METADATA = [
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '2852039166',
  '0xa9fea9fe',
  'metadata.google.internal',
  'fd00:ec2::254',
  'latest/api/token',
  'computemetadata/v1',
  'metadata/identity/oauth2/token',
] as const;
/** Files that hold credentials of workloads (mount paths of Kubernetes, EKS, Azure and GKE workload identity; node keys). */
const CREDENTIALS = [
  '/var/run/secrets/',
  '/run/secrets/kubernetes.io',
  '/var/lib/kubelet/pki',
  '/etc/kubernetes/pki',
  '/etc/kubernetes/admin.conf',
  '/etc/kubernetes/azure.json',
  '.aws/credentials',
  '.kube/config',
  '.azure/',
  '/root/.config/gcloud',
] as const;

/** The first place where a text names instance metadata or, failing that, a file that holds credentials; undefined if it names neither. */
export function graveIn(text: string): Grave | undefined {
  const lower = text.toLowerCase();
  return find(lower, METADATA, 'metadata') ?? find(lower, CREDENTIALS, 'credentials');
}

function find(text: string, marks: readonly string[], kind: Grave['kind']): Grave | undefined {
  for (const mark of marks) {
    const at = text.indexOf(mark);
    if (at >= 0) return { kind, at };
  }
  return undefined;
}
