import type { Party } from './party.ts';

/**
 * The few fields of request and response bodies that detections declare. All optional: absent means that the log
 * did not hold the body (audit level, provider), not that the field was empty. Bounded, and never a secret.
 */
export interface Body {
  /** SelfSubjectAccessReview, SubjectAccessReview: the permission asked about, with its subresource (`nodes/proxy`). SelfSubjectRulesReview: only `namespace`. */
  readonly asked?: { readonly verb: string; readonly group: string; readonly resource: string; readonly namespace: string };
  /** (Cluster)RoleBinding: what is granted to whom. Clouds: role or policy granted (role assignment, SetIamPolicy, AttachRolePolicy). */
  readonly grant?: { readonly role: string; readonly roleKind: string; readonly subjects: readonly Subject[] };
  /** (Cluster)Role rules, summarised. */
  readonly rules?: RuleSummary;
  /** Pod or pod template: what makes it dangerous. */
  readonly workload?: WorkloadSummary;
  /** TokenRequest as asked for. */
  readonly tokenRequest?: { readonly audiences: readonly string[]; readonly seconds: number; readonly bound: boolean };
  /** Public id of the token or key that the call gave out (`JTI=…`, `ASIA…`). */
  readonly issued?: string;
  /** Entity that the issued credential acts as, where the log names it (a role's session). */
  readonly issuedFor?: string;
  /** The identity that a certificate was signed for at its own request, or that a SubjectAccessReview asks about. */
  readonly onBehalfOf?: Party;
  /** exec and attach: the command, decoded, at most 16 words of 512 units; of a longer one the last tells what makes it grave. */
  readonly command?: readonly string[];
  /** Target named in a refused impersonation (the log has no impersonatedUser then). */
  readonly refusedTarget?: string;
  /** Kubelet calls: the pod, as `namespace/name`. Clouds: role, identity or resource the call is about (`roleArn`, service account e-mail, scope of a role assignment). */
  readonly target?: string;
  /** GCP: the identities on whose authority the actor acts, the first one first, without the platform's own agents; at most 8. */
  readonly delegation?: readonly string[];
  /** Clouds: the Kubernetes service account that borrows the identity, where the log names it. */
  readonly borrower?: Borrower;
  /** The call was asked to change nothing (`dryRun=All`): it tells what would be let through. */
  readonly dryRun?: boolean;
  /** The call's text says that the body was left out or cut (`audit.k8s.io/truncated`, AKS's skipped marker). */
  readonly cut?: boolean;
}

/** A Kubernetes service account as a cloud's log names it. */
export interface Borrower {
  /** By the log, or by the configured issuer. */
  readonly cluster: string;
  readonly namespace: string;
  readonly account: string;
  readonly pod?: string;
}

export interface Subject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface RuleSummary {
  /** Some rule allows every verb on every resource. */
  readonly everything: boolean;
  /** Some rule has `*` as verb or resource. */
  readonly wildcard: boolean;
  /** Powers found in the rules: `bind`, `escalate`, `impersonate`, `pods/exec`, `nodes/proxy`, `serviceaccounts/token`, `secrets`, `write pods`, …: of a fixed list of 22. */
  readonly powers: readonly string[];
}

export interface WorkloadSummary {
  readonly privileged: boolean;
  readonly hostNamespaces: readonly ('hostPID' | 'hostIPC' | 'hostNetwork')[];
  /** hostPath mounts, resolved and each once, at most 16: of more, one below each two-level directory comes first. */
  readonly hostPaths: readonly string[];
  /** Added Linux capabilities in capital letters without `CAP_`, at most 64: those that exist come first. */
  readonly capabilities: readonly string[];
  readonly serviceAccount: string;
  /** Container images, at most 16. */
  readonly images: readonly string[];
}

export const NO_BODY: Body = Object.freeze({});
