import { type Body, type Borrower, NO_BODY, type WorkloadSummary } from '../../core/body.ts';
import { type PartyRecord, partyOf } from './decode-evidence.ts';

/** Each field of a thing, null where it is not known. */
export type Nullable<T> = { readonly [F in keyof T]-?: Exclude<T[F], undefined> | null };

type BorrowerRecord = Omit<Borrower, 'pod'> & { readonly pod: string | null };

/** The record `Body` of `schemas/activity.avsc`. */
export type BodyRecord = Omit<Nullable<Body>, 'borrower' | 'onBehalfOf'> & {
  readonly borrower: BorrowerRecord | null;
  readonly onBehalfOf: PartyRecord | null;
};

/** The body that a record `Body` holds, as plain objects with the fields that are known. */
export function bodyOf(record: BodyRecord | null): Body {
  if (record === null) return NO_BODY;
  const { asked, grant, rules, workload, tokenRequest, issued, issuedFor, command, refusedTarget, target, delegation } = record;
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
    ...rest(record),
  };
}

/** For whom a call was made, and what it was not. */
function rest({ cut, borrower, onBehalfOf, dryRun }: BodyRecord): Body {
  return {
    ...(cut !== null && { cut }),
    ...(dryRun !== null && { dryRun }),
    ...(onBehalfOf !== null && { onBehalfOf: partyOf(onBehalfOf) }),
    ...(borrower !== null && { borrower: borrowerOf(borrower) }),
  };
}

function borrowerOf({ cluster, namespace, account, pod }: BorrowerRecord): Borrower {
  return { cluster, namespace, account, ...(pod !== null && { pod }) };
}
