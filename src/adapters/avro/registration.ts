import { type SchemaRegistry, subjectOf } from './registry.ts';
import { type PublicSchema, type Registered, schemaText } from './schema.ts';

/** What is registered, and where. */
export interface Registration {
  /** Folder with the package's `.avsc` files. */
  readonly schemas: string;
  /** The topic of each schema that is written with a registry's id. */
  readonly topics: Partial<Record<PublicSchema, string>>;
  /** Whether missing schemas are registered; else somebody has to do it before. */
  readonly register: boolean;
}

/** What a registry knows of the schemas. */
export interface Known {
  readonly ids: Partial<Record<PublicSchema, number>>;
  /** What is registered for dead letters, other releases' schemas among them. */
  readonly registered: readonly Registered[];
}

/**
 * What a registry knows of the schemas of the topics, for `avroWire`. Registers what is missing if allowed. Rejects with `Unavailable` if the
 * registry does not answer, or an Error that says what to do.
 */
export async function registeredSchemas(registry: SchemaRegistry, { schemas, topics, register }: Registration): Promise<Known> {
  const ids: Partial<Record<PublicSchema, number>> = {};
  for (const name of ['rejected', 'alert'] as const) {
    const topic = topics[name];
    if (topic !== undefined) ids[name] = await idOf(registry, subjectOf(topic), schemaText(schemas, name), { name, register });
  }
  const registered = topics.rejected === undefined ? [] : await registry.versions(subjectOf(topics.rejected));
  return { ids, registered };
}

async function idOf(
  registry: SchemaRegistry,
  subject: string,
  text: string,
  { name, register }: { readonly name: PublicSchema; readonly register: boolean },
): Promise<number> {
  const known = await registry.find(subject, text);
  if (known !== undefined) return known;
  if (register) return registry.register(subject, text);
  throw new Error(`the schema registry has no such schema under ${subject}: register schemas/${name}.avsc there, or let Turncoat do it`);
}
