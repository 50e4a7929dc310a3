import { type Body, NO_BODY, type Subject } from '../../core/body.ts';
import { asObject, asString, type Json, type JsonObject } from '../../core/json.ts';

const MAP = 'aws-auth';
/** A ConfigMap holds a MiB at most; the map of a large estate has some hundred lines. */
const LONGEST = 262_144;
const MOST = 32;
const MOST_GROUPS = 8;
const MASTERS = 'system:masters';
/** What nodes log in by: every map has it. */
const NODES = 'system:nodes';

/** Where an entry begins: an item of a list in YAML, an object in JSON, by one of its keys. */
const ENTRY =
  /(?:^|\n)[ \t]{0,64}-[ \t]{1,64}(?=[{"' ]{0,3}(?:rolearn|userarn|username|groups)\b)|\{(?=[\s"']{0,8}(?:rolearn|userarn|username|groups)\b)/gi;
const PRINCIPAL = /\b(?:rolearn|userarn)["']?[ \t]{0,8}:[ \t]{0,8}["']?(arn:[^\s"',}\]]{1,508})/i;
const GROUPS = /\bgroups["']?[ \t]{0,8}:((?:(?!\b(?:rolearn|userarn|username)\b)[^}]){0,2048})/i;
const GROUP = /[a-z][\w:.@/-]{0,127}/gi;

/**
 * Whom the ConfigMap `aws-auth` of EKS lets in: IAM principals (`mapRoles`, `mapUsers`: YAML or JSON as text; EKS user guide, "Grant IAM users access to Kubernetes
 * with a ConfigMap"), administrators first, and the groups that it gives, joined by a space. EKS logs writes to it with their bodies. Entries are looked for in
 * the text in linear time: a parser of YAML takes seconds for what an attacker may write there.
 */
export function awsAuth(request: JsonObject | undefined, response: JsonObject | undefined, uri: string): Body {
  const name = asString(asObject(request?.metadata)?.name, 64);
  if (!uri.includes(`/kube-system/configmaps/${MAP}`) && name !== MAP) return NO_BODY;
  // A JSON patch (a list) says what it changes only in the response.
  const data = asObject((request ?? response)?.data);
  const entries = [...entriesIn(data?.mapRoles), ...entriesIn(data?.mapUsers)];
  const isMaster = ({ groups }: Entry) => groups.includes(MASTERS);
  const ranked = [...entries.filter(isMaster), ...entries.filter((entry) => !isMaster(entry))];
  if (ranked.length === 0) return NO_BODY;
  const groups = [...new Set(ranked.flatMap((entry) => entry.groups))].slice(0, MOST_GROUPS);
  return { grant: { role: groups.join(' '), roleKind: MAP, subjects: ranked.slice(0, MOST).map(subjectOf) } };
}

interface Entry {
  readonly principal: string;
  readonly groups: readonly string[];
}

function entriesIn(map: Json): readonly Entry[] {
  if (typeof map !== 'string' || map.length > LONGEST) return [];
  return map.split(ENTRY).flatMap((text) => {
    const principal = PRINCIPAL.exec(text)?.[1];
    if (principal === undefined) return [];
    const groups = (GROUPS.exec(text)?.[1] ?? '').match(GROUP) ?? [];
    return [{ principal, groups: groups.slice(0, MOST_GROUPS) }];
  });
}

function subjectOf({ principal, groups }: Entry): Subject {
  return { kind: groups.includes(NODES) ? 'IAM node' : 'IAM', namespace: principal.split(':', 6)[4] ?? '', name: principal };
}
