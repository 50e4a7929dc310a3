/** Detectors that a user would otherwise have, on the same raw records. Independent of the product: own fields, own memory. */

/** What a detector looks at. */
export interface Fields {
  readonly identity: string;
  readonly operation: string;
  readonly namespace: string;
  readonly network: string;
  readonly client: string;
}

/** Scores identity-days by the raw records of a day. */
export interface Reference {
  readonly name: string;
  /** Scores and learns. */
  take(fields: Fields, day: number): number;
  /** Scores only. */
  score(fields: Fields, day: number): number;
}

interface Audit {
  readonly cluster?: string;
  readonly verb?: string;
  readonly user?: { readonly username: string };
  readonly objectRef?: {
    readonly resource: string;
    readonly subresource?: string;
    readonly apiGroup?: string;
    readonly namespace?: string;
  };
  readonly sourceIPs?: readonly string[];
  readonly userAgent?: string;
  readonly userIdentity?: { readonly sessionContext: { readonly sessionIssuer: { readonly arn: string } } };
  readonly eventSource?: string;
  readonly eventName?: string;
  readonly sourceIPAddress?: string;
}

/** The fields of a raw record of the fleet. */
export function fieldsOf(record: string): Fields {
  const body = JSON.parse(record) as Audit;
  const ip = (body.sourceIPs?.[0] ?? body.sourceIPAddress ?? '').split('.');
  const network = ip[0] === '10' ? ip.slice(0, 2).join('.') : ip.slice(0, 3).join('.');
  const client = (body.userAgent ?? '').split('/')[0] ?? '';
  if (body.userIdentity !== undefined) {
    const { arn } = body.userIdentity.sessionContext.sessionIssuer;
    return { identity: arn, operation: `${body.eventName} ${body.eventSource}`, namespace: '', network, client };
  }
  const { resource = '', subresource = '', apiGroup = '', namespace = '' } = body.objectRef ?? { resource: '' };
  const operation = `${body.verb} ${apiGroup}/${resource}/${subresource}`;
  return { identity: `${body.cluster} ${body.user?.username}`, operation, namespace, network, client };
}

/** Values with the day on which somebody was seen with them last. */
class LastSeen {
  private readonly days = new Map<string, number>();
  private readonly window: number;

  constructor(window: number) {
    this.window = window;
  }

  isNew(key: string, day: number): boolean {
    const last = this.days.get(key);
    return last === undefined || day - last > this.window;
  }

  note(key: string, day: number): void {
    this.days.set(key, day);
  }
}

const WINDOW = 14;

/** Elastic's new-terms rules: a term, or terms together, that the history of 14 days lacks. */
export function newTerms(name: string, termOf: (fields: Fields) => string): Reference {
  const seen = new LastSeen(WINDOW);
  const score = (fields: Fields, day: number) => (seen.isNew(`${fields.identity}|${termOf(fields)}`, day) ? 1 : 0);
  return {
    name,
    score,
    take: (fields, day) => {
      const found = score(fields, day);
      seen.note(`${fields.identity}|${termOf(fields)}`, day);
      return found;
    },
  };
}

const ASPECTS = ['operation', 'namespace', 'network', 'client'] as const;

/** Flags of user-behaviour products: first time for the identity, first time or uncommon among all; their sum. */
export function flagSum(): Reference {
  const own = new LastSeen(30);
  const owners = new Map<string, Set<string>>();
  const score = (fields: Fields, day: number) =>
    ASPECTS.reduce((sum, aspect) => {
      if (!own.isNew(`${fields.identity}|${aspect}|${fields[aspect]}`, day)) return sum;
      const others = owners.get(`${aspect}|${fields[aspect]}`)?.size ?? 0;
      return sum + 1 + Number(others < 10) + Number(others === 0);
    }, 0);
  const take = (fields: Fields, day: number) => {
    const found = score(fields, day);
    for (const aspect of ASPECTS) {
      own.note(`${fields.identity}|${aspect}|${fields[aspect]}`, day);
      const known = owners.get(`${aspect}|${fields[aspect]}`) ?? new Set();
      owners.set(`${aspect}|${fields[aspect]}`, known.add(fields.identity));
    }
    return found;
  };
  return { name: 'flag sum', score, take };
}

/** Rare by population: how few of all calls of the identity, and how few identities, have the operation. */
export function rarity(): Reference {
  const calls = new Map<string, number>();
  const total = new Map<string, number>();
  const score = ({ identity, operation, client }: Fields) => {
    const all = total.get(identity) ?? 0;
    const known = (calls.get(`${identity}|${operation}|${client}`) ?? 0) + 1;
    return Math.log10((all + 2) / known);
  };
  const take = (fields: Fields) => {
    const found = score(fields);
    const key = `${fields.identity}|${fields.operation}|${fields.client}`;
    calls.set(key, (calls.get(key) ?? 0) + 1);
    total.set(fields.identity, (total.get(fields.identity) ?? 0) + 1);
    return found;
  };
  return { name: 'rarity', score, take };
}

/** All of them, fresh. */
export function references(): readonly Reference[] {
  return [
    newTerms('new terms: operation, 14 days', ({ operation }) => operation),
    newTerms('new terms: operation, namespace, network, client', (fields) => ASPECTS.map((aspect) => fields[aspect]).join('|')),
    flagSum(),
    rarity(),
  ];
}
