import type { Subject } from '../../core/body.ts';
import { asArray, asObject, asString, type Json, type JsonObject } from '../../core/json.ts';

const MOST = 32;
/** Groups and the user that stand for many or for all rights, the widest first: these must not be lost behind others. */
const RANKS: ReadonlyMap<string, number> = new Map([
  ['system:unauthenticated', 0],
  ['system:anonymous', 0],
  ['system:authenticated', 1],
  ['system:serviceaccounts', 2],
]);
const ORDINARY = 5;

/** The subjects of a binding, at most 32: of more, those come first that stand for everybody, then accounts that any pod may have. */
export function subjects(value: Json): Subject[] {
  const items = asArray(value);
  return (items.length <= MOST ? items : ranked(items)).flatMap((item) => {
    const subject = asObject(item);
    return subject === undefined ? [] : [copied(subject)];
  });
}

function ranked(items: readonly unknown[]): unknown[] {
  const byRank: unknown[][] = [];
  for (const item of items) {
    const rank = rankOf(asObject(item));
    byRank[rank] ??= [];
    if (byRank[rank].length < MOST) byRank[rank].push(item);
  }
  return byRank.flat().slice(0, MOST);
}

function rankOf(subject: JsonObject | undefined): number {
  const name = subject?.name;
  if (typeof name !== 'string') return ORDINARY;
  if (subject?.kind !== 'ServiceAccount') return RANKS.get(name) ?? ORDINARY;
  if (name === 'default') return 3;
  return subject.namespace === 'kube-system' ? 4 : ORDINARY;
}

function copied(subject: JsonObject): Subject {
  return {
    kind: asString(subject.kind, 64) ?? '',
    namespace: asString(subject.namespace, 256) ?? '',
    name: asString(subject.name, 256) ?? '',
  };
}
