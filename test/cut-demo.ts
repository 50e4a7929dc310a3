/**
 * Cuts the recording that `turncoat demo` plays out of test/recordings/run-a: every event of the identities that an attack or
 * a look-alike concerns, every labelled event, and the events of other service accounts as long as there is room.
 * Lines are taken as they are and in their order. Run: `npm run demo:cut` (writes src/cli/demo/).
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { root } from './support/paths.ts';

/** Bytes that recording and labels together may have, packed. */
const MOST_BYTES = 1_400_000;

interface Line {
  readonly text: string;
  readonly user: string;
  readonly id: string;
}

const from = join(root, 'test/recordings/run-a');
const to = join(root, 'src/cli/demo');
const labels = readFileSync(join(from, 'labels.jsonl'), 'utf8').trimEnd().split('\n');
const labelled = new Map(labels.map((text) => [String(JSON.parse(text).auditID), JSON.parse(text) as { label: string }]));
const lines = gunzipSync(readFileSync(join(from, 'audit.jsonl.gz')))
  .toString('utf8')
  .trimEnd()
  .split('\n')
  .map((text): Line => {
    const event = JSON.parse(text) as { auditID: string; user?: { username?: string } };
    return { text, user: event.user?.username ?? '', id: event.auditID };
  });

const chosen = new Set<string>();
for (const { id, user } of lines) {
  const label = labelled.get(id)?.label;
  if (label === 'attack' || label === 'benign-hard') chosen.add(user);
}

function cut(): Buffer {
  const kept = lines.filter(({ id, user }) => chosen.has(user) || labelled.has(id));
  return gzipSync(`${kept.map(({ text }) => text).join('\n')}\n`, { level: 9 });
}

const others = [...new Set(lines.map(({ user }) => user))]
  .filter(
    (user) => user.startsWith('system:serviceaccount:') && !user.startsWith('system:serviceaccount:kube-system:') && !chosen.has(user),
  )
  .sort();
const packedLabels = gzipSync(`${labels.join('\n')}\n`, { level: 9 });
let recording = cut();
for (const user of others) {
  chosen.add(user);
  const larger = cut();
  if (larger.length + packedLabels.length > MOST_BYTES) chosen.delete(user);
  else recording = larger;
}
mkdirSync(to, { recursive: true });
writeFileSync(join(to, 'recording.jsonl.gz'), recording);
writeFileSync(join(to, 'labels.jsonl.gz'), packedLabels);
process.stdout.write(`${chosen.size} identities, ${recording.length + packedLabels.length} bytes\n`);
