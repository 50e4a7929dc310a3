/**
 * `node dist/test/recordings/schemas/freeze.js`: keeps the schemas as they are now, and bytes written by them, as the next frozen version. To be
 * run when a schema was changed on purpose; the version before goes to `schemas/older/`, so that what was written by it can still be read.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { avroWire } from '../../../src/adapters/avro/wire.ts';
import { root } from '../../support/paths.ts';
import { exampleActivity, exampleAlert, exampleOcsf, exampleRejected } from './example-values.ts';
import { frozenVersions, SCHEMA_NAMES } from './frozen.ts';

const schemas = join(root, 'schemas');
const before = frozenVersions().at(-1);
const next = (before?.version ?? 0) + 1;
const folder = join(root, 'test/recordings/schemas', `v${next}`);
if (before !== undefined) {
  mkdirSync(join(schemas, 'older'), { recursive: true });
  for (const name of SCHEMA_NAMES.filter((each) => isChanged(each, before.folder)))
    copyFileSync(join(before.folder, `${name}.avsc`), join(schemas, 'older', `${name}-${before.version}.avsc`));
}
mkdirSync(folder);
for (const name of SCHEMA_NAMES) copyFileSync(join(schemas, `${name}.avsc`), join(folder, `${name}.avsc`));
const wire = avroWire({ schemas });
const bytes = {
  activity: Buffer.from(wire.encodeActivity(exampleActivity)).toString('hex'),
  rejected: Buffer.from(wire.encodeRejected(exampleRejected)).toString('hex'),
  alert: Buffer.from(wire.encodeAlert(exampleAlert, exampleOcsf)).toString('hex'),
};
writeFileSync(join(folder, 'bytes.json'), `${JSON.stringify(bytes, null, 2)}\n`);
process.stdout.write(`kept as ${folder}\n`);

function isChanged(name: string, folder: string): boolean {
  return readFileSync(join(folder, `${name}.avsc`), 'utf8') !== readFileSync(join(schemas, `${name}.avsc`), 'utf8');
}
