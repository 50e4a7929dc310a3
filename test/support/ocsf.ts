import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { root } from './paths.ts';

/*
 * Checks findings against OCSF 1.8.0. `ocsf-1.8.0.json` is an extract of the OCSF schema (github.com/ocsf/ocsf-schema, Apache-2.0):
 * class 2004 with the objects it is likely to hold. A draft 2020-12 JSON Schema is built from it for each set of profiles, closed
 * against unknown attributes. Three rules that a schema cannot say are checked beside it: an enum's text sibling equals its caption,
 * `type_uid` is class and activity, an observable's name leads to its value.
 */

type Types = Readonly<Record<string, string>>;
type Json = Readonly<Record<string, unknown>>;

interface ObjectRules {
  readonly required?: Types;
  readonly recommended?: Types;
  readonly optional?: Types;
  readonly constraints?: { readonly at_least_one?: readonly string[] };
}

interface Extract {
  readonly class: ObjectRules;
  readonly enums: Readonly<Record<string, Types>>;
  readonly objects: Readonly<Record<string, ObjectRules>>;
}

const PROFILES: ReadonlySet<string> = new Set([
  'cloud',
  'container',
  'data_classification',
  'host',
  'incident',
  'osint',
  'security_control',
]);
const extract = JSON.parse(readFileSync(join(root, 'test/support/ocsf-1.8.0.json'), 'utf8')) as Extract;
const validators = new Map<string, ValidateFunction>();

const PRIMITIVES: Readonly<Record<string, Json>> = {
  boolean_t: { type: 'boolean' },
  float_t: { type: 'number' },
  integer_t: { type: 'integer' },
  long_t: { type: 'integer' },
  timestamp_t: { type: 'integer' },
  port_t: { type: 'integer', minimum: 0, maximum: 65_535 },
  ip_t: { type: 'string', format: 'ip' },
  uuid_t: { type: 'string', pattern: '^[0-9a-fA-F-]{36}$' },
  json_t: {},
};

/** What is wrong with a finding as OCSF 1.8.0 Detection Finding, one line each; empty if it is valid. */
export function validateFinding(finding: unknown): string[] {
  const profiles = profilesOf(finding);
  const unknown = profiles.filter((profile) => !PROFILES.has(profile)).map((profile) => `profile unknown: ${profile}`);
  const validate = validatorFor(profiles);
  if (validate(finding)) return [...unknown, ...siblingErrors('', finding, 'class'), ...typeErrors(finding), ...observableErrors(finding)];
  return [...unknown, ...(validate.errors ?? []).map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`)];
}

function profilesOf(finding: unknown): string[] {
  const profiles = at(at(finding, 'metadata'), 'profiles');
  return Array.isArray(profiles) ? profiles.filter((profile) => typeof profile === 'string').sort() : [];
}

function validatorFor(profiles: readonly string[]): ValidateFunction {
  const key = profiles.join(',');
  const known = validators.get(key);
  if (known !== undefined) return known;
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, formats: { ip: (text: string) => isIP(text) !== 0 } });
  const made = ajv.compile(schemaFor(new Set(profiles)));
  validators.set(key, made);
  return made;
}

/** The JSON Schema of class 2004 with the given profiles. */
export function schemaFor(profiles: ReadonlySet<string>): Json {
  const definitions = Object.entries(extract.objects).map(([name, rules]) => [name, objectSchema(name, rules, profiles)]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...objectSchema('class', extract.class, profiles),
    $defs: Object.fromEntries(definitions),
  };
}

function objectSchema(owner: string, rules: ObjectRules, profiles: ReadonlySet<string>): Json {
  const required = active(rules.required, profiles);
  const attributes = [...required, ...active(rules.recommended, profiles), ...active(rules.optional, profiles)];
  const oneOf = rules.constraints?.at_least_one;
  return {
    type: 'object',
    properties: Object.fromEntries(attributes.map(([name, type]) => [name, attributeSchema(owner, name, type)])),
    required: required.map(([name]) => name),
    additionalProperties: false,
    ...(oneOf === undefined ? {} : { anyOf: oneOf.map((name) => ({ required: [name] })) }),
  };
}

/** Attributes without those of profiles that are not in use, the profile's name taken off the type. */
function active(types: Types | undefined, profiles: ReadonlySet<string>): (readonly [string, string])[] {
  return Object.entries(types ?? {}).flatMap(([name, type]) => {
    const [bare = '', profile] = type.split('@');
    return profile === undefined || profiles.has(profile) ? [[name, bare] as const] : [];
  });
}

function attributeSchema(owner: string, name: string, type: string): Json {
  if (type.endsWith('[]')) return { type: 'array', items: attributeSchema(owner, name, type.slice(0, -2)) };
  if (owner === 'class' && name === 'class_uid') return { const: 2004 };
  if (owner === 'class' && name === 'category_uid') return { const: 2 };
  if (owner === 'metadata' && name === 'version') return { const: '1.8.0' };
  const captions = captionsOf(owner, name);
  if (captions !== undefined) return { enum: Object.keys(captions).map(Number) };
  const primitive = PRIMITIVES[type];
  if (primitive !== undefined) return primitive;
  if (type.endsWith('_t')) return { type: 'string' };
  return Object.hasOwn(extract.objects, type) ? { $ref: `#/$defs/${type}` } : { type: 'object' };
}

function captionsOf(owner: string, name: string): Types | undefined {
  return extract.enums[`${owner}.${name}`] ?? extract.enums[name];
}

/** Every `x_id` with an enum must have the caption of its value in `x`, if `x` is there. */
function siblingErrors(path: string, value: unknown, owner: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => siblingErrors(`${path}/${i}`, item, owner));
  if (typeof value !== 'object' || value === null) return [];
  const { required, recommended, optional } = owner === 'class' ? extract.class : (extract.objects[owner] ?? {});
  const types: Types = { ...required, ...recommended, ...optional };
  return Object.entries(value).flatMap(([name, inner]) => {
    const type = types[name]?.split('@')[0]?.replace('[]', '');
    const caption = name.endsWith('_id') ? captionsOf(owner, name)?.[String(inner)] : undefined;
    const sibling = at(value, name === 'activity_id' ? 'activity_name' : name.slice(0, -3));
    const wrong = caption !== undefined && inner !== 99 && sibling !== undefined && sibling !== caption;
    const below = type === undefined ? [] : siblingErrors(`${path}/${name}`, inner, type);
    return wrong ? [`${path}/${name} is ${inner} (${caption}) but its text is ${JSON.stringify(sibling)}`, ...below] : below;
  });
}

function typeErrors(finding: unknown): string[] {
  const expected = 200_400 + Number(at(finding, 'activity_id'));
  return at(finding, 'type_uid') === expected ? [] : [`/type_uid must be ${expected}`];
}

function observableErrors(finding: unknown): string[] {
  const observables = at(finding, 'observables');
  if (!Array.isArray(observables)) return [];
  return observables.flatMap((observable: unknown, i) => {
    const name = at(observable, 'name');
    if (typeof name !== 'string') return [];
    const found = name
      .split(/[.[\]]+/)
      .filter((step) => step !== '')
      .reduce<unknown>((inner, step) => at(inner, step), finding);
    return found !== undefined && found === at(observable, 'value')
      ? []
      : [`/observables/${i} names ${name}, which does not hold its value`];
  });
}

function at(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Json)[name] : undefined;
}
