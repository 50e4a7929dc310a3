import assert from 'node:assert/strict';
import { verbWords } from '../../src/alerting/formats/chain-words.ts';
import type { ChainAlert } from '../../src/core/alert.ts';
import { issuerName } from '../../src/core/settings.ts';
import { ISSUER } from './chain-cloud-records.ts';
import { type JudgeOptions, judgeRecords } from './judge.ts';

const ISSUERS = new Map([[issuerName(ISSUER), 'prod-1']]);

/** A chain as it stood at last, in few words. */
export interface Told {
  readonly severity: string;
  /** `from verb to`, in order of time, names as logged. */
  readonly path: readonly string[];
  readonly chain: ChainAlert;
}

/** What records tell of chains: each as it stood at last, without those that were closed. */
export function chainsIn(records: readonly unknown[]): Promise<readonly Told[]> {
  return told(records, { issuers: ISSUERS });
}

/** The same for any records or bytes of a log. */
export async function told(records: readonly unknown[] | Uint8Array, options: JudgeOptions): Promise<readonly Told[]> {
  const { chains } = await judgeRecords(records, options);
  const last = new Map<string, ChainAlert>();
  for (const chain of chains) last.set(chain.uid, chain);
  return [...last.values()]
    .filter(({ activity }) => activity !== 'close')
    .map((chain) => ({
      severity: chain.severity,
      path: chain.edges.map((edge) => `${shorter(edge.from.name)} ${verbWords(edge)} ${shorter(edge.to.name)}`),
      chain,
    }));
}

function shorter(name: string): string {
  return name
    .replace('system:serviceaccount:', '')
    .replace(/arn:aws:iam::\d+:/, '')
    .replace(/^\/subscriptions\/.*\//, '');
}

/** Records that tell of exactly one chain, of this severity, along these edges in any order. Returns the chain. */
export async function expectChain(records: readonly unknown[], severity: string, path: readonly string[]): Promise<ChainAlert> {
  const found = await chainsIn(records);
  assert.deepEqual(
    found.map((each) => each.path.toSorted()),
    [path.toSorted()],
  );
  const [{ chain, severity: grade } = assert.fail()] = found;
  assert.equal(grade, severity);
  return chain;
}

/** Records that tell of no chain at all. */
export async function expectQuiet(records: readonly unknown[]): Promise<void> {
  const found = await chainsIn(records);
  assert.deepEqual(
    found.map(({ path }) => path),
    [],
  );
}
