import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SchemaName } from '../../../src/adapters/avro/schema.ts';
import { root } from '../../support/paths.ts';

export const SCHEMA_NAMES: readonly SchemaName[] = ['activity', 'rejected', 'alert'];

/** Schemas as they were at one time, with bytes written by them. */
export interface Frozen {
  readonly version: number;
  readonly folder: string;
  /** Framed bytes of the example values. */
  readonly bytes: Readonly<Record<SchemaName, Buffer>>;
}

/** All frozen versions, oldest first. */
export function frozenVersions(): readonly Frozen[] {
  const kept = join(root, 'test/recordings/schemas');
  const versions = readdirSync(kept).flatMap((name) => (/^v\d+$/.test(name) ? [Number(name.slice(1))] : []));
  return versions
    .sort((left, right) => left - right)
    .map((version): Frozen => {
      const folder = join(kept, `v${version}`);
      const hex = JSON.parse(readFileSync(join(folder, 'bytes.json'), 'utf8')) as Record<SchemaName, string>;
      const bytes = {
        activity: Buffer.from(hex.activity, 'hex'),
        rejected: Buffer.from(hex.rejected, 'hex'),
        alert: Buffer.from(hex.alert, 'hex'),
      };
      return { version, folder, bytes };
    });
}

/** Text of one of its schemas. */
export function frozenText({ folder }: Frozen, name: SchemaName): string {
  return readFileSync(join(folder, `${name}.avsc`), 'utf8');
}
