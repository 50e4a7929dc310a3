/**
 * The part of OCSF 1.8.0 that this format writes: class 2004 Detection Finding and the objects in it, named as there
 * (schema.ocsf.io, Apache-2.0). Times are whole milliseconds since the epoch.
 */
export const OCSF_VERSION = '1.8.0';

export interface OcsfFinding {
  readonly activity_id: 1 | 2;
  readonly activity_name: 'Create' | 'Update';
  readonly category_uid: 2;
  readonly category_name: 'Findings';
  readonly class_uid: 2004;
  readonly class_name: 'Detection Finding';
  readonly type_uid: 200401 | 200402;
  readonly type_name: string;
  readonly time: number;
  readonly start_time: number;
  readonly end_time: number;
  readonly severity_id: number;
  readonly severity: string;
  readonly status_id: 1;
  readonly status: 'New';
  readonly is_alert: boolean;
  readonly confidence_id: number;
  readonly confidence: string;
  readonly risk_level_id: number;
  readonly risk_level: string;
  readonly risk_score: number;
  readonly count: number;
  readonly message: string;
  readonly metadata: OcsfMetadata;
  readonly cloud?: { readonly provider: string; readonly account?: { readonly uid: string } };
  readonly finding_info: OcsfFindingInfo;
  readonly evidences: readonly OcsfEvidence[];
  readonly resources: readonly OcsfResource[];
  readonly observables: readonly OcsfObservable[];
  readonly anomaly_analyses?: readonly OcsfAnomalyAnalysis[];
  readonly remediation?: { readonly desc: string; readonly references?: readonly string[] };
  readonly unmapped: OcsfUnmapped;
}

export interface OcsfMetadata {
  readonly version: typeof OCSF_VERSION;
  readonly uid: string;
  readonly product: { readonly name: 'Turncoat'; readonly vendor_name: 'Turncoat'; readonly version: string };
  readonly profiles?: readonly ['cloud'];
  readonly log_name: string;
  readonly log_provider: string;
  readonly original_time: string;
  readonly tenant_uid?: string;
  readonly correlation_uid: string;
  /** Set where texts or lists were shortened to keep the finding under its size. */
  readonly is_truncated?: true;
}

export interface OcsfFindingInfo {
  readonly uid: string;
  readonly title: string;
  readonly desc: string;
  readonly types: readonly string[];
  readonly created_time: number;
  readonly modified_time: number;
  readonly first_seen_time: number;
  readonly last_seen_time: number;
  readonly data_sources: readonly string[];
  readonly analytic: OcsfAnalytic;
  readonly related_analytics?: readonly OcsfAnalytic[];
  readonly attacks?: readonly OcsfAttack[];
  readonly related_events: readonly OcsfRelatedEvent[];
  readonly related_events_count: number;
  readonly tags: readonly OcsfTag[];
}

export interface OcsfAnalytic {
  readonly type_id: 1 | 2;
  readonly type: 'Rule' | 'Behavioral';
  readonly uid: string;
  readonly name: string;
  readonly version?: string;
  readonly state_id: 1;
  readonly state: 'Active';
}

export interface OcsfNamed {
  readonly uid: string;
  readonly name: string;
}

export interface OcsfAttack {
  readonly version: string;
  readonly tactic?: OcsfNamed;
  readonly technique: OcsfNamed;
  readonly sub_technique?: OcsfNamed;
}

export interface OcsfRelatedEvent {
  readonly uid: string;
  readonly type_uid: number;
  readonly type_name: string;
  readonly created_time: number;
  readonly severity_id: number;
  readonly severity: string;
  readonly desc: string;
}

export interface OcsfTag {
  readonly name: string;
  readonly value?: string;
  readonly values?: readonly string[];
}

export interface OcsfEvidence {
  /** The detection that this is evidence for. */
  readonly name: string;
  readonly uid: string;
  readonly actor: OcsfActor;
  readonly api: OcsfApi;
  readonly src_endpoint?: { readonly ip?: string; readonly name?: string; readonly zone: string };
  readonly http_request?: OcsfHttpRequest;
  readonly resources: readonly OcsfResource[];
  readonly data: OcsfEvidenceData;
}

export interface OcsfActor {
  readonly user: OcsfUser;
  readonly session?: { readonly credential_uid: string };
  readonly app_name: string;
}

export interface OcsfUser {
  readonly name: string;
  readonly uid: string;
  readonly type_id: number;
  readonly type: string;
  readonly domain?: string;
  readonly groups?: readonly { readonly name: string }[];
}

export interface OcsfApi {
  readonly operation: string;
  readonly group?: { readonly name: string };
  readonly service: { readonly name: string };
  readonly request: { readonly uid: string };
  readonly response: { readonly code?: number; readonly message: string };
}

export interface OcsfHttpRequest {
  readonly user_agent?: string;
  readonly url?: { readonly path: string };
  readonly x_forwarded_for?: readonly string[];
}

export interface OcsfResource {
  readonly name?: string;
  readonly type: string;
  readonly uid: string;
  readonly namespace?: string;
}

export interface OcsfEvidenceData {
  readonly detection: string;
  readonly because: readonly {
    readonly dimension: string;
    readonly observed: string;
    readonly usual: readonly string[];
    /** Who else shows it, in plain counts. */
    readonly peers?: string;
  }[];
  /** What the bodies said: `grants: ClusterRole cluster-admin to …`. */
  readonly details: readonly string[];
  /** Earlier hops as the client claims them. */
  readonly claimed_hops: readonly string[];
  readonly credential_kind: string;
  readonly pod: string;
  readonly node: string;
  readonly collection: boolean;
  readonly record_truncated: boolean;
}

export interface OcsfObservable {
  readonly name: string;
  readonly type_id: number;
  readonly type: string;
  readonly value: string;
}

export interface OcsfAnomaly {
  readonly observation_parameter: string;
  readonly observation_type: string;
  readonly observed_pattern: string;
  readonly observations: readonly { readonly value: string }[];
}

export interface OcsfAnomalyAnalysis {
  readonly analysis_targets: readonly { readonly name: string; readonly type: string }[];
  readonly anomalies: readonly OcsfAnomaly[];
  readonly baselines?: readonly OcsfAnomaly[];
}

export interface OcsfUnmapped {
  readonly entity: string;
  readonly blind_spots: readonly string[];
  readonly next_steps: readonly string[];
  readonly attack_ids_before_v19: readonly string[];
  readonly obtained_by: string;
  /** How the strongest signal's call stands beside the identity's peers. */
  readonly reckoning: OcsfEvidenceData['because'];
  readonly history: { readonly learned: boolean; readonly active_days: number; readonly calls: number; readonly new_in: readonly string[] };
}
