import { stringify } from 'yaml';
import { type Config, configKeys, loadConfig } from '../config.ts';
import type { ExitCode } from './exit-codes.ts';
import { EXIT } from './exit-codes.ts';

const HIDDEN = '(hidden)';

/** `turncoat config`: the configuration in force as YAML on standard output, secrets hidden. Throws a Mistake if it is wrong. */
export function showConfig(options: { readonly config?: string }): Promise<ExitCode> {
  process.stdout.write(configText(loadConfig({ file: options.config })));
  return Promise.resolve(EXIT.done);
}

/** The configuration as YAML that can be read again, without the values of secrets. */
export function configText(config: Config): string {
  const tree = structuredClone(config) as unknown;
  for (const { path, secret } of configKeys()) if (secret) hide(tree, path);
  return stringify(tree);
}

function hide(tree: unknown, path: readonly string[]): void {
  const [word = '', ...rest] = path;
  if (typeof tree !== 'object' || tree === null) return;
  if (rest.length > 0) hide(Reflect.get(tree, word), rest);
  else if (Reflect.get(tree, word) !== '') Reflect.set(tree, word, HIDDEN);
}
