import type { OcsfFinding, OcsfFindingInfo, OcsfMetadata } from './ocsf-shape.ts';

/** A chain: the same class with its path, without what belongs to one event. */
export interface OcsfChain
  extends Omit<
    OcsfFinding,
    | 'activity_id'
    | 'activity_name'
    | 'type_uid'
    | 'status_id'
    | 'status'
    | 'metadata'
    | 'finding_info'
    | 'evidences'
    | 'observables'
    | 'anomaly_analyses'
    | 'unmapped'
    | 'cloud'
  > {
  readonly activity_id: 1 | 2 | 3;
  readonly activity_name: 'Create' | 'Update' | 'Close';
  readonly type_uid: 200401 | 200402 | 200403;
  readonly status_id: 1 | 3;
  readonly status: 'New' | 'Suppressed';
  readonly metadata: Omit<OcsfMetadata, 'profiles' | 'original_time' | 'tenant_uid' | 'is_truncated'>;
  readonly finding_info: OcsfFindingInfo & { readonly attack_graph: OcsfGraph };
  readonly unmapped: { readonly first_cause: string; readonly blast_radius: readonly string[]; readonly revoke: readonly string[] };
}

export interface OcsfGraph {
  readonly uid: string;
  readonly name: string;
  readonly nodes: readonly {
    readonly uid: string;
    readonly name: string;
    readonly type: string;
    readonly data: { readonly is_thing: boolean; readonly deeds: readonly string[] };
  }[];
  readonly edges: readonly {
    readonly uid: string;
    readonly name: string;
    readonly relation: string;
    readonly source: string;
    readonly target: string;
    readonly is_directed: true;
    readonly data: { readonly event: string; readonly time: number; readonly confidence: string };
  }[];
}
