import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { asNumber, asObject, asString } from '../core/json.ts';

/** What is known of one recorded call: a step of an attack, an effect of one, or an innocent look-alike. */
export interface Label {
  readonly kind: 'attack' | 'effect' | 'look-alike';
  /** Name of the attack, or of the look-alike. */
  readonly of: string;
  readonly step: number;
  /** What the look-alike is, in words; '' for attacks. */
  readonly what: string;
}

/** The labels of the recording by audit id, and for each attack its number of steps, in the order of the file. */
export interface Labels {
  readonly byId: ReadonlyMap<string, Label>;
  readonly attacks: ReadonlyMap<string, number>;
}

const KINDS: ReadonlyMap<string, Label['kind']> = new Map([
  ['attack', 'attack'],
  ['attack-effect', 'effect'],
  ['benign-hard', 'look-alike'],
]);

/** What happens in each recorded attack, in words. */
const TITLES: ReadonlyMap<string, string> = new Map([
  ['A-slow-low', 'a stolen token, used patiently from its own pod: a few questions, then secrets'],
  ['A-own-pod-recon', 'an intruder in a pod looks around with kubectl, then reads secrets'],
  ['A-own-pod-recon-2', 'an intruder in a pod looks around with kubectl, then reads secrets'],
  ['A-secrets-outside', 'a token is carried out of the cluster and used to read all secrets'],
  ['A-secrets-outside-2', 'a token is carried out of the cluster and used to read all secrets'],
  ['A-privileged-patch', 'a deployment is patched into a privileged workload to reach the node'],
  ['A-mint-lineage', 'one account mints a token of a stronger one, which then grants itself power'],
  ['A-exec-steal', "a shell in an operator's pod, from which its token is stolen and used elsewhere"],
  ['A-kube-hunter', 'a scanner runs inside a pod'],
  ['A-rbac-grant', 'an account grants itself a role, steals a controller token, leaves a back door'],
  ['A-hostpath-pod', "a pod that mounts the node's disk is started and entered"],
  ['A-stratus', 'an attack tool dumps secrets, mints tokens and creates an administrator'],
  ['A-anonymous', 'somebody without credentials probes the API server'],
]);

/** The attack in words. */
export function attackTitle(attack: string): string {
  return TITLES.get(attack) ?? attack;
}

/** Reads the label file of a recording: gzip, one JSON object a line with `auditID`, `label`, `attack` or `id`, `step`, `what`. */
export function readLabels(file: string): Labels {
  const byId = new Map<string, Label>();
  const attacks = new Map<string, number>();
  for (const line of gunzipSync(readFileSync(file)).toString('utf8').split('\n')) {
    if (line === '') continue;
    const entry = asObject(JSON.parse(line));
    const auditId = asString(entry?.auditID);
    const kind = KINDS.get(asString(entry?.label) ?? '');
    if (entry === undefined || auditId === undefined || kind === undefined) throw new Error(`${file}: a line is no label`);
    const of = asString(entry.attack) ?? asString(entry.id) ?? '';
    const step = asNumber(entry.step) ?? 0;
    byId.set(auditId, { kind, of, step, what: asString(entry.what) ?? '' });
    if (kind === 'attack') attacks.set(of, Math.max(attacks.get(of) ?? 0, step));
  }
  return { byId, attacks };
}
