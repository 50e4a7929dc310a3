import type { Limits } from './ocsf-limits.ts';
import type { OcsfEvidence, OcsfObservable, OcsfResource } from './ocsf-shape.ts';

const TYPES = { 2: 'IP Address', 4: 'User Name', 10: 'Resource UID', 16: 'HTTP User-Agent', 19: 'User Credential ID' } as const;

/** What a hunter pivots on, each value of a type once, with the place in the finding where it stands. */
export function observablesOf(
  evidences: readonly OcsfEvidence[],
  resources: readonly OcsfResource[],
  limits: Limits,
): readonly OcsfObservable[] {
  const found = new Map<string, OcsfObservable>();
  const add = (typeId: keyof typeof TYPES, name: string, value: string | undefined): void => {
    const key = `${typeId} ${value}`;
    if (value === undefined || value === '' || found.has(key)) return;
    found.set(key, { name, type_id: typeId, type: TYPES[typeId], value });
  };
  evidences.forEach(({ actor, src_endpoint, http_request }, i) => {
    add(4, `evidences[${i}].actor.user.name`, actor.user.name);
    add(2, `evidences[${i}].src_endpoint.ip`, src_endpoint?.ip);
    add(19, `evidences[${i}].actor.session.credential_uid`, actor.session?.credential_uid);
    add(16, `evidences[${i}].http_request.user_agent`, http_request?.user_agent);
  });
  resources.forEach(({ uid }, i) => {
    add(10, `resources[${i}].uid`, uid);
  });
  return [...found.values()].slice(0, limits.observables);
}
