/**
 * `npm run bench:memory`: pipes a log of 2 GB with 100,000 distinct service accounts, made by repeating run-a under other names, into
 * `turncoat scan -` and watches the resident memory of that process. Exits 1 if it passes 400 MB. Linux only (/proc).
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { root } from '../support/paths.ts';
import { table, writeSection } from '../support/report.ts';

const BYTES = Number(process.argv[2] ?? 2e9);
const IDENTITIES = 100_000;
const LIMIT_MB = 400;
const lines = gunzipSync(readFileSync(join(root, 'test/recordings/run-a/audit.jsonl.gz')))
  .toString('utf8')
  .trimEnd()
  .split('\n');
const accounts = new Set(lines.flatMap((line) => /"username":"(system:serviceaccount:[^"]+)"/.exec(line)?.[1] ?? []));
const copies = Math.ceil(IDENTITIES / accounts.size);

/** The same call by another copy of the account, under another audit id. */
function renamed(line: string, index: number): string {
  const copy = `copy${(index * 7919) % copies}`;
  return line
    .replace(/"username":"system:serviceaccount:[^"]+/, (name) => `${name}-${copy}`)
    .replace(/"auditID":"[^"]{8}/, `"auditID":"${(index >>> 0).toString(16).padStart(8, '0')}`);
}

const child = spawn(process.execPath, [join(root, 'dist/src/main.js'), 'scan', '-', '--format', 'json'], {
  stdio: ['pipe', 'ignore', 'pipe'],
});
let summary = '';
child.stderr.on('data', (text: Buffer) => {
  summary += text.toString('utf8');
});

function residentMegabytes(): number {
  const match = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
  return Math.round(Number(match?.[1] ?? 0) / 1024);
}

const samples: [number, number][] = [];
let sent = 0;
let index = 0;
let nextSample = BYTES / 10;
while (sent < BYTES) {
  const batch: string[] = [];
  for (let count = 0; count < 800; count++) batch.push(renamed(lines[index % lines.length] as string, index++));
  const text = `${batch.join('\n')}\n`;
  sent += text.length;
  if (!child.stdin.write(text)) await new Promise((resolve) => child.stdin.once('drain', resolve));
  if (sent < nextSample) continue;
  samples.push([Math.round(sent / 1e6), residentMegabytes()]);
  nextSample += BYTES / 10;
}
child.stdin.end();
const code = await new Promise((resolve) => child.once('exit', resolve));
const most = Math.max(...samples.map(([, megabytes]) => megabytes));
const report = `## Memory on a large log

\`npm run bench:memory\`: ${Math.round(sent / 1e6)} MB, ${index} events, ${accounts.size * copies} service accounts, through standard input. Limit ${LIMIT_MB} MB, most seen **${most} MB**; exit code ${code}.

${table([['MB read', 'resident MB'], ...samples])}
`;
writeSection('memory', report);
process.stdout.write(`${report}\n${summary}`);
process.exitCode = code === 0 && most <= LIMIT_MB ? 0 : 1;
