/** Ids of EC2 instances and of machines that Systems Manager registered (`mi-`). */
const INSTANCE = /^m?i-[0-9a-f]{8,17}$/i;

/** The instance that a role session is named after, '' if it is named otherwise: EC2 names the sessions of instance roles so, and EKS logs the name. */
export function instanceNamed(session: string): string {
  return INSTANCE.test(session) ? session : '';
}
