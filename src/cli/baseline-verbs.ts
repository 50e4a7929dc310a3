import type { Command } from 'commander';
import type { BaselineOptions } from './baseline.ts';
import type { PullOptions } from './baseline-pull.ts';
import { base, CONFIG_OPTION, notEmpty } from './command-manners.ts';
import type { ExitCode } from './exit-codes.ts';

/** What each `baseline` verb does; resolves to the exit code. */
export interface BaselineVerbs {
  list(options: BaselineOptions): Promise<ExitCode>;
  show(word: string, options: BaselineOptions): Promise<ExitCode>;
  diff(before: string, after: string): Promise<ExitCode>;
  forget(word: string, options: BaselineOptions): Promise<ExitCode>;
  accept(word: string, options: BaselineOptions): Promise<ExitCode>;
  status(options: BaselineOptions & { readonly config?: string }): Promise<ExitCode>;
  export(file: string, options: BaselineOptions): Promise<ExitCode>;
  import(file: string, options: BaselineOptions): Promise<ExitCode>;
  pull(options: PullOptions): Promise<ExitCode>;
}

/** The verbs that look into what was learned. */
export function baselineVerbs(program: Command, baseline: BaselineVerbs, done: (code: ExitCode) => void): void {
  const group = base(program.command('baseline')).description('Look into what was learned of identities, and take it elsewhere.');
  const named = (name: string) =>
    base(group.command(name)).requiredOption('--state <file>', 'state file, as scan --save-state writes it', notEmpty);
  named('list')
    .description('List the identities, one a line, tabs between columns.')
    .action(async (options: BaselineOptions) => done(await baseline.list(options)));
  named('show')
    .description('Print what is remembered of one identity.')
    .argument('<identity>', 'its key, or a part of it that fits no other', notEmpty)
    .action(async (word: string, options: BaselineOptions) => done(await baseline.show(word, options)));
  named('forget')
    .description('Remove one identity from the state file, so that it is learned anew.')
    .argument('<identity>', 'its key, or a part of it that fits no other', notEmpty)
    .action(async (word: string, options: BaselineOptions) => done(await baseline.forget(word, options)));
  named('export')
    .description('Write what is usual to an Avro file, for another cluster or another version.')
    .argument('<file>', 'file to write', notEmpty)
    .action(async (file: string, options: BaselineOptions) => done(await baseline.export(file, options)));
  named('import')
    .description('Add what an Avro file says is usual to the state file, which is made if it is not there.')
    .argument('<file>', 'file that export wrote', notEmpty)
    .action(async (file: string, options: BaselineOptions) => done(await baseline.import(file, options)));
  named('accept')
    .description('Take an identity that stood out as innocent: what it did is learned like anything else, its finding is closed.')
    .argument('<identity>', 'its key, or a part of it that fits no other', notEmpty)
    .action(async (word: string, options: BaselineOptions) => done(await baseline.accept(word, options)));
  named('status')
    .description(
      'Print what all identities together are compared with: how much was watched, thresholds, the budget and what was used of it.',
    )
    .option(...CONFIG_OPTION, notEmpty)
    .action(async (options: BaselineOptions & { config?: string }) => done(await baseline.status(options)));
  base(group.command('pull'))
    .description('Copy what workers have learned from Redis to a state file, for the other verbs.')
    .requiredOption('--state <file>', 'state file to write', notEmpty)
    .option(...CONFIG_OPTION, notEmpty)
    .action(async (options: PullOptions) => done(await baseline.pull(options)));
  base(group.command('diff'))
    .description('Print what identities show in one state file and not in the other: - only before, + only after.')
    .argument('<before>', 'state file', notEmpty)
    .argument('<after>', 'state file', notEmpty)
    .action(async (before: string, after: string) => done(await baseline.diff(before, after)));
}
