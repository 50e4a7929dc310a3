import { z } from 'zod';
import { type ConfigKey, envLayer, fileLayer, type Layer, mergedLayer, problemsOf } from './cli/config-layers.ts';
import { Mistake } from './cli/mistake.ts';
import { contradictions, rangeProblem } from './cli/networks.ts';
import { http, kafka, redis, registry, topics, worker } from './config-services.ts';
import { SEVERITIES } from './core/detection.ts';
import { issuerName } from './core/settings.ts';

const name = z.string().min(1, 'must not be empty').max(256, 'is longer than 256 characters');

const range = z.string().superRefine((text, issues) => {
  const problem = rangeProblem(text);
  if (problem !== undefined) issues.addIssue({ code: 'custom', message: `${JSON.stringify(text.slice(0, 80))} ${problem}` });
});

const ranges = z.array(range).max(10_000, 'has more than 10,000 entries');

/** The last `=` parts them: an issuer may hold others. */
const issuer = z
  .string()
  .regex(/^[^=\s][^\s]*=[^=\s]+$/, 'must be written issuer=cluster')
  .max(1_024, 'is longer than 1,024 characters');

const perThousand = z.number().gt(0, 'must be above 0').max(1_000, 'must be at most 1000');

/** Every key there is: default, sentence (`description`) and unit. Whatever lists keys is made from it. */
export const schema = z.strictObject({
  cluster: name.default('default').meta({ description: 'Name of the cluster for records that do not name one themselves.', unit: 'text' }),
  minSeverity: z
    .enum(SEVERITIES)
    .default('low')
    .meta({ description: 'Findings below this severity are counted but not printed.', unit: 'severity' }),
  networks: z
    .strictObject({
      pods: ranges.default([]).meta({ description: 'Ranges that pods get their addresses from.', unit: 'ranges' }),
      nodes: ranges.default([]).meta({ description: 'Ranges or addresses of the nodes.', unit: 'ranges' }),
      cluster: ranges
        .default([])
        .meta({ description: 'Other ranges of the cluster: control plane, services, load balancers.', unit: 'ranges' }),
      egress: ranges
        .default([])
        .meta({ description: 'Public addresses under which the cluster appears outside (NAT gateways, proxies).', unit: 'ranges' }),
      providers: ranges.default([]).meta({ description: "Ranges of the cloud provider's own services.", unit: 'ranges' }),
    })
    .superRefine((networks, issues) => {
      for (const { path, what } of contradictions(networks)) issues.addIssue({ code: 'custom', path: [...path], message: what });
    })
    .prefault({}),
  issuers: z.array(issuer).max(1_000, 'has more than 1,000 entries').default([]).meta({
    description:
      'Which cluster the service accounts of an issuer belong to, where clouds name the issuer; of one not listed, that of `cluster`.',
    unit: 'issuer=cluster',
  }),
  budget: z
    .strictObject({
      page: perThousand.default(1).meta({
        description: 'False alerts of medium severity and above that behaviour alone may raise.',
        unit: 'per 1,000 identities and day',
      }),
      digest: perThousand.default(10).meta({
        description: 'False alerts of low severity and above that behaviour alone may raise.',
        unit: 'per 1,000 identities and day',
      }),
    })
    .superRefine(({ page, digest }, issues) => {
      if (page > digest)
        issues.addIssue({ code: 'custom', path: ['page'], message: `is ${page}, which is above budget.digest, ${digest}` });
    })
    .prefault({}),
  kafka,
  topics,
  redis,
  worker,
  registry,
  http,
});

/** The configuration in force, every default filled in, deeply frozen. */
export type Config = z.infer<typeof schema>;

/** The budget as shares of identity-days. */
export function budgetOf({ budget }: Config): { readonly page: number; readonly digest: number } {
  return { page: budget.page / 1_000, digest: budget.digest / 1_000 };
}

/** Clusters by the issuer of their service accounts. */
export function issuersOf({ issuers }: Config): ReadonlyMap<string, string> {
  return new Map(
    issuers.map((text) => {
      const at = text.lastIndexOf('=');
      return [issuerName(text.slice(0, at)), text.slice(at + 1)];
    }),
  );
}

/** What decides the configuration besides the defaults; later ones win: file, environment, command line. */
export interface ConfigSources {
  /** Path of the YAML file, if one is named. */
  readonly file?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  /** Layers of the command line. */
  readonly flags?: readonly Layer[];
}

/**
 * Reads and joins all layers.
 * Throws a Mistake that names every wrong key with file, line and column (or variable, or option), and what would be right.
 */
export function loadConfig(sources: ConfigSources = {}): Config {
  const env = sources.env ?? process.env;
  const file = sources.file ?? env.TURNCOAT_CONFIG;
  const keys = configKeys();
  const layers = [...(file ? [fileLayer(file)] : []), envLayer(env, keys), ...(sources.flags ?? [])];
  const problems = layers.flatMap((layer) => problemsOf(layer, schema, keys));
  if (problems.length > 0) throw new Mistake(...problems);
  const all = mergedLayer(layers, keys);
  const contradicting = problemsOf(all, schema, keys);
  if (contradicting.length > 0) throw new Mistake(...contradicting);
  return freeze(schema.parse(all.values));
}

/** All keys of the schema in its order. */
export function configKeys(): readonly ConfigKey[] {
  return keysOf(schema, []);
}

function keysOf(object: z.ZodObject, path: readonly string[]): ConfigKey[] {
  return Object.entries(object.shape).flatMap(([word, field]) => {
    const here = [...path, word];
    if (field instanceof z.ZodPrefault) return keysOf(z.instanceof(z.ZodObject).parse(field.unwrap()), here);
    return [keyOf(field, here)];
  });
}

function keyOf(field: unknown, path: readonly string[]): ConfigKey {
  if (!(field instanceof z.ZodDefault)) throw new Error(`${path.join('.')} has no default`);
  const meta = z.object({ description: z.string(), unit: z.string(), secret: z.boolean().optional() }).parse(field.meta());
  const { description, unit } = meta;
  const words = path.map((word) => word.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase());
  const inner = field.unwrap();
  const kind =
    inner instanceof z.ZodArray ? 'list' : inner instanceof z.ZodNumber ? 'number' : inner instanceof z.ZodBoolean ? 'flag' : 'text';
  const preset = field.def.defaultValue;
  return {
    path,
    name: path.join('.'),
    variable: `TURNCOAT_${words.join('_')}`,
    kind,
    secret: meta.secret === true,
    preset,
    description,
    unit,
  };
}

/** docs/configuration.md, from the schema. */
export function configReference(): string {
  const rows = configKeys().map(
    (key) => `| \`${key.name}\` | \`${key.variable}\` | ${key.unit} | \`${JSON.stringify(key.preset)}\` | ${key.description} |`,
  );
  return `<!-- generated from src/config.ts -->
# Configuration

\`scan\` and \`demo\` need no configuration. Keys come from a YAML file (\`--config FILE\` or \`TURNCOAT_CONFIG\`), from the environment (lists separated
by commas) and from the command line; the later one wins, key by key. An unknown key is an error that names file, line and column.

| key | variable | value | default | meaning |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

Ranges are written \`10.244.0.0/16\`, \`fd00:10::/48\` or as single addresses. An address belongs to the most specific range that holds it;
the same range in two lists is an error. Addresses in no range are told apart as private (*inside*) and public (*outside*).

\`\`\`yaml
cluster: prod-1
minSeverity: medium
networks:
  pods: [10.244.0.0/16]
  nodes: [10.77.0.0/16]
  egress: [203.0.113.7]
\`\`\`

\`--networks\` takes the keys of \`networks\` from a YAML or JSON file of their own, or inline:
\`--networks pods=10.244.0.0/16,nodes=10.77.0.0/16,egress=203.0.113.7\`.
`;
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}
