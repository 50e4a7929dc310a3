import { Unavailable } from '../../ports/stream.ts';
import type { Registered } from './schema.ts';

const SERVICE = 'the schema registry';
const MIME = 'application/vnd.schemaregistry.v1+json';
/** Bytes of an answer that are read. */
const MOST_ANSWER = 1_024 * 1_024;
const MOST_KEPT = 200;
/** Versions of one subject that are looked at, the newest. */
const MOST_VERSIONS = 50;

/** How a registry is reached. */
export interface RegistryOptions {
  /** Without name and password. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Longest that one request may take. */
  readonly timeoutMillis?: number;
}

/** The subject of a topic's values: TopicNameStrategy, what connectors expect unless told otherwise. */
export function subjectOf(topic: string): string {
  return `${topic}-value`;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A client of a schema registry that speaks Confluent's API (theirs, Karapace, Apicurio's `/apis/ccompat/v7`, Redpanda). */
export class SchemaRegistry {
  private readonly base: string;
  private readonly headers: Readonly<Record<string, string>>;
  private readonly timeout: number;
  private readonly texts = new Map<number, string>();

  /** Does not connect. Throws an Error if the address is none. */
  constructor({ url, username, password, timeoutMillis = 10_000 }: RegistryOptions) {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
      throw new Error('the address of the schema registry must begin with http:// or https://');
    if (parsed.username !== '' || parsed.password !== '')
      throw new Error('name and password of the schema registry do not belong into its address: give them by themselves');
    this.base = `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`;
    this.headers = {
      accept: `${MIME}, application/json`,
      'content-type': MIME,
      ...(username !== undefined && { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` }),
    };
    this.timeout = timeoutMillis;
  }

  /** The id that a subject's schema has; undefined if it is not registered under the subject. */
  async find(subject: string, text: string): Promise<number | undefined> {
    const answer = await this.ask('POST', `/subjects/${encodeURIComponent(subject)}`, { schema: text });
    if (isMissing(answer)) return undefined;
    return idIn(this.good(answer, `cannot look up the schema of ${subject}`));
  }

  /** Registers a schema; the id that it then has, or had. */
  async register(subject: string, text: string): Promise<number> {
    const answer = await this.ask('POST', `/subjects/${encodeURIComponent(subject)}/versions`, { schema: text });
    if (answer.status === 409) {
      throw new Error(
        `the schema registry holds a schema under ${subject} with which ours is not compatible (${reasonIn(answer)}): is it another product's topic? Use another topic, or remove what is registered there`,
      );
    }
    return idIn(this.good(answer, `cannot register the schema of ${subject}`));
  }

  /** The text of a schema by its id; undefined if there is none such. Kept, as a schema never changes. */
  async schema(id: number): Promise<string | undefined> {
    const kept = this.texts.get(id);
    if (kept !== undefined) return kept;
    const answer = await this.ask('GET', `/schemas/ids/${id}`);
    if (isMissing(answer)) return undefined;
    const text = member(this.good(answer, `cannot read schema ${id}`), 'schema');
    if (typeof text !== 'string') throw new Error(`the schema registry answered for schema ${id} without a schema`);
    if (this.texts.size >= MOST_KEPT) this.texts.clear();
    this.texts.set(id, text);
    return text;
  }

  /** What is registered under a subject, oldest first, at most the 50 newest. */
  async versions(subject: string): Promise<readonly Registered[]> {
    const path = `/subjects/${encodeURIComponent(subject)}/versions`;
    const answer = await this.ask('GET', path);
    if (isMissing(answer)) return [];
    const listed = this.good(answer, `cannot list the schemas of ${subject}`);
    const numbers = Array.isArray(listed) ? listed.filter((version) => Number.isSafeInteger(version)).slice(-MOST_VERSIONS) : [];
    const found: Registered[] = [];
    for (const number of numbers) {
      const version = this.good(await this.ask('GET', `${path}/${number}`), `cannot read version ${number} of ${subject}`);
      const [id, text] = [idIn(version), member(version, 'schema')];
      if (typeof text === 'string') found.push({ id, text });
    }
    return found;
  }

  private async ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(this.base + path, {
        method,
        headers: this.headers,
        redirect: 'manual',
        signal: AbortSignal.timeout(this.timeout),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      text = await textOf(response);
    } catch (error) {
      throw new Unavailable(SERVICE, `${this.base}: ${failure(error, this.timeout)}`);
    }
    const { status } = response;
    if (status >= 500 || status === 429 || status === 408) throw new Unavailable(SERVICE, `${this.base}: status ${status}`);
    return { status, body: parsed(text) };
  }

  /** The body of a good answer. Throws an Error that says what to do about others. */
  private good(answer: Answer, what: string): unknown {
    const { status, body } = answer;
    if (status === 200 || status === 201) {
      if (body === undefined)
        throw new Error(`${what}: ${this.base} does not answer as a schema registry does; check its address and path`);
      return body;
    }
    const why = reasonIn(answer);
    if (status === 401 || status === 403) {
      throw new Error(`${what}: the schema registry refuses it (${why}); check name, password and what they are allowed`);
    }
    if (status === 404 || (status >= 300 && status < 400)) {
      throw new Error(`${what}: there is no schema registry at ${this.base} (${why}); check its address and path`);
    }
    throw new Error(`${what}: the schema registry refuses it (${why})`);
  }
}

/** Reads an answer as far as it is needed; a longer one ends in an error. */
async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MOST_ANSWER) throw new Error(`an answer of more than ${MOST_ANSWER} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function failure(error: unknown, timeout: number): string {
  if (!(error instanceof Error)) return 'the connection failed';
  if (error.name === 'TimeoutError') return `no answer within ${timeout} ms`;
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function member(body: unknown, name: 'id' | 'schema' | 'message' | 'error_code'): unknown {
  return typeof body === 'object' && body !== null ? (body as { readonly [key: string]: unknown })[name] : undefined;
}

function idIn(body: unknown): number {
  const id = member(body, 'id');
  if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > 0xffff_ffff)
    throw new Error('the schema registry answered without an id');
  return id;
}

/** True where the registry knows no such subject, version or schema (codes 40401 to 40403); a 404 without code is no registry's. */
function isMissing({ status, body }: Answer): boolean {
  const code = member(body, 'error_code');
  return status === 404 && typeof code === 'number' && code > 40_400 && code < 40_500;
}

/** The status, and what the registry says about it: printable and short. */
function reasonIn({ status, body }: Answer): string {
  const [code, message] = [member(body, 'error_code'), member(body, 'message')];
  const text = typeof message === 'string' ? message.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 300) : '';
  return `status ${status}${typeof code === 'number' ? `, code ${code}` : ''}${text === '' ? '' : `: ${text}`}`;
}
