import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { turncoat } from '../support/cli.ts';
import { root } from '../support/paths.ts';

const recording = join(root, 'src/cli/demo/recording.jsonl.gz');
const folder = mkdtempSync(join(tmpdir(), 'turncoat-graph-'));
after(() => rmSync(folder, { recursive: true }));

interface Finding {
  readonly activity_name: string;
  readonly finding_info: { readonly uid: string; readonly title: string; readonly attack_graph?: { readonly edges: readonly unknown[] } };
}

/** The chain of the demo in which one service account minted for another, in a file with all findings. */
async function chainIn(file: string): Promise<Finding> {
  const { stdout } = await turncoat(['scan', '--format', 'json', '--networks', 'pods=10.244.0.0/16,nodes=10.77.0.0/16', recording]);
  writeFileSync(file, stdout);
  const findings = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Finding);
  const chain = findings.findLast(({ finding_info: info }) => info.attack_graph !== undefined && info.title.includes('identity/login'));
  return chain ?? assert.fail('no chain');
}

test('the path of a chain is drawn from findings in the terminal, as Mermaid and as SVG, as it stood at last', async () => {
  const file = join(folder, 'findings.jsonl');
  const { finding_info: info } = await chainIn(file);
  const text = await turncoat(['graph', info.uid.slice(0, 8), file]);
  assert.deepEqual([text.code, text.stderr], [0, '']);
  assert.match(text.stdout, /^service account payments\/ledger-writer\n {2}ran at 10\.244\.4\.67 /);
  assert.match(text.stdout, /^ +was used as service account identity\/login /m);
  assert.match(text.stdout, /^ +minted token JTI=\S+ {2}\(2026-11-14/m);
  assert.match(text.stdout, /^ +was used as service account flux-system\/kustomize-controller /m);
  assert.equal((text.stdout.match(/ {2}\(2026-/g) ?? []).length, info.attack_graph?.edges.length);
  const mermaid = await turncoat(['graph', info.uid, file, '--format', 'mermaid']);
  assert.match(mermaid.stdout, /^flowchart LR\n {2}n0\[/);
  const svg = await turncoat(['graph', info.uid, file, '--format', 'svg']);
  assert.match(svg.stdout, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 \d+ \d+"/);
});

test('without files the chains of the demo are drawn', async () => {
  const { finding_info: info } = await chainIn(join(folder, 'again.jsonl'));
  const { code, stdout } = await turncoat(['graph', info.uid]);
  assert.equal(code, 0);
  assert.match(stdout, /minted token/);
});

test('what is no chain, no file and too short is said so', async () => {
  const file = join(folder, 'none.jsonl');
  writeFileSync(file, 'no json\n{"finding_info":{"uid":"12345678"}}\n');
  for (const [words, what] of [
    [['graph', '12345678', file], /^turncoat: no chain called 12345678 in .*none\.jsonl\n$/],
    [['graph', '123', file], /^turncoat: 123 is too short for an id; give at least 4 characters\n$/],
    [['graph', '12345678', join(folder, 'nowhere')], /^turncoat: .*nowhere: no such file or directory\n$/],
  ] as const) {
    const { code, stdout, stderr } = await turncoat([...words]);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, what);
  }
});
