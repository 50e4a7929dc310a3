import { type Body, NO_BODY, type WorkloadSummary } from '../../core/body.ts';

/** Each field of a thing, null where it is not known. */
export type Nullable<T> = { readonly [F in keyof T]-?: Exclude<T[F], undefined> | null };

/** The body that a record `Body` holds, as plain objects with the fields that are known. */
export function bodyOf(record: Nullable<Body> | null): Body {
  if (record === null) return NO_BODY;
  const { asked, grant, rules, workload, tokenRequest, issued, issuedFor, command, refusedTarget, target, delegation, cut } = record;
  return {
    ...(asked !== null && { asked: { ...asked } }),
    ...(grant !== null && { grant: { ...grant, subjects: grant.subjects.map((subject) => ({ ...subject })) } }),
    ...(rules !== null && { rules: { ...rules } }),
    ...(workload !== null && { workload: { ...workload } satisfies WorkloadSummary }),
    ...(tokenRequest !== null && { tokenRequest: { ...tokenRequest } }),
    ...(issued !== null && { issued }),
    ...(issuedFor !== null && { issuedFor }),
    ...(command !== null && { command }),
    ...(refusedTarget !== null && { refusedTarget }),
    ...(target !== null && { target }),
    ...(delegation !== null && { delegation }),
    ...(cut !== null && { cut }),
  };
}
