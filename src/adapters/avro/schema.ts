import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import avro, { type Schema, type Type } from 'avsc';
import { boundedArrays } from './bounded-array.ts';

/** Name of a schema file without `.avsc`. */
export type SchemaName = 'activity' | 'rejected' | 'alert';

/** Schemas of the topics that others read; the activity topic is between the roles alone and does without a registry. */
export type PublicSchema = Exclude<SchemaName, 'activity'>;

/** A schema as a registry has it. */
export interface Registered {
  readonly id: number;
  readonly text: string;
}

/** Reads a schema of the package; `baseline` is that of files, which carry their schema with them. Throws if the file is missing or no schema: the installation is broken then. */
export function loadSchema(folder: string, name: SchemaName | 'baseline'): Type {
  return typeOf(schemaText(folder, name));
}

/** Schemas that earlier releases wrote by: `older/<name>-<version>.avsc` in the folder. */
export function olderSchemas(folder: string, name: SchemaName): Type[] {
  const older = join(folder, 'older');
  if (!existsSync(older)) return [];
  const files = readdirSync(older).filter((file) => file.startsWith(`${name}-`) && file.endsWith('.avsc'));
  return files.sort().map((file) => typeOf(readFileSync(join(older, file), 'utf8')));
}

/** A schema of the package as its text, on one line. */
export function schemaText(folder: string, name: SchemaName | 'baseline'): string {
  return JSON.stringify(JSON.parse(readFileSync(join(folder, `${name}.avsc`), 'utf8')));
}

/** A type that reads hostile bytes safely: no array is longer than the bytes that are left. */
export function typeOf(text: string): Type {
  return avro.Type.forSchema(JSON.parse(text) as Schema, { typeHook: boundedArrays, registry: {} });
}
