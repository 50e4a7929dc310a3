import { existsSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { SEVERITIES } from '../core/detection.ts';
import type { AcceptOptions } from './accept.ts';
import { type BaselineVerbs, baselineVerbs } from './baseline-verbs.ts';
import { base, CONFIG_OPTION, notEmpty } from './command-manners.ts';
import type { ExitCode } from './exit-codes.ts';
import { EXIT, exitCodeHelp } from './exit-codes.ts';
import type { ExplainOptions } from './explain.ts';
import type { GraphOptions } from './graph.ts';
import { Mistake } from './mistake.ts';
import type { ReplayOptions } from './replay.ts';
import type { RunOptions } from './run.ts';
import type { ScanOptions } from './scan.ts';
import type { TopicsOptions } from './topics.ts';

/** What each verb does; resolves to the exit code. */
export interface Verbs {
  scan(paths: readonly string[], options: ScanOptions): Promise<ExitCode>;
  demo(): Promise<ExitCode>;
  explain(id: string, paths: readonly string[], options: ExplainOptions): Promise<ExitCode>;
  graph(id: string, paths: readonly string[], options: GraphOptions): Promise<ExitCode>;
  check(options: { readonly config?: string }): Promise<ExitCode>;
  run(options: RunOptions): Promise<ExitCode>;
  topics(options: TopicsOptions): Promise<ExitCode>;
  replay(options: ReplayOptions): Promise<ExitCode>;
  accept(entity: string, options: AcceptOptions): Promise<ExitCode>;
  config(options: { readonly config?: string }): Promise<ExitCode>;
  readonly baseline: BaselineVerbs;
}

const VERBS = ['scan', 'demo', 'explain', 'graph', 'check', 'run', 'topics', 'replay', 'accept', 'config', 'baseline'] as const;

const SCAN_EXAMPLES = `
Examples:
  $ turncoat scan audit.log.gz
  $ kubectl logs -n kube-system kube-apiserver-1 | turncoat scan --format json - | jq .finding_info.title
  $ turncoat scan october/ --learn-only --save-state normal.state
  $ turncoat scan today.log --state normal.state --fail-on high --networks pods=10.244.0.0/16,egress=203.0.113.7

Findings go to standard output (NDJSON, or text on a terminal), the summary to standard error.

Exit codes:
${exitCodeHelp()}`;

const EXPLAIN_EXAMPLES = `
Examples:
  $ turncoat scan audit.log --format json | jq -r .finding_info.uid
  $ turncoat explain 784560a4-1e0c-8eaa-acac-5e3ea5b9199e audit.log
  $ turncoat explain 2577ae6e audit.log --state normal.state

Use the state, configuration and networks of the run that it came from: the same input gives the same verdict.`;

const GRAPH_EXAMPLES = `
Examples:
  $ turncoat scan audit.log --format json > findings.jsonl && turncoat graph 3d4a954d findings.jsonl
  $ turncoat graph 3d4a954d findings.jsonl --format svg > path.svg
  $ kcat -b broker:9092 -t alerts -e | turncoat graph 3d4a954d - --format mermaid`;

const RUN_EXAMPLES = `
Examples:
  $ turncoat topics --create && turncoat run
  $ turncoat run --role detect --config /etc/turncoat.yaml

Keys are in docs/configuration.md. Logs go to standard error as JSON, metrics and health to http.port. Ends with 0 on SIGTERM.`;

const REPLAY_EXAMPLES = `
Examples:
  $ turncoat replay --namespace learned --from 2026-11-01T00:00:00Z --learn-only
  $ turncoat replay --namespace after-fix --rejected | jq .finding_info.title

Consumer groups and the state of running workers are left alone. A worker whose redis.namespace is the replay's goes on where the replay ended.`;

/** Runs the verb that the words after the program's name ask for. Usage errors are printed and give exit code 2. */
export async function runProgram(words: readonly string[], verbs: Verbs, version: string): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  const program = programOf(verbs, version, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return usageCode(error, words);
    if (!(error instanceof Mistake)) throw error;
    for (const line of error.lines) process.stderr.write(`turncoat: ${line}\n`);
    return EXIT.usage;
  }
}

function programOf(verbs: Verbs, version: string, done: (code: ExitCode) => void): Command {
  const program = base(new Command('turncoat'))
    .description('Finds Kubernetes and cloud identities that have been stolen, from audit logs.')
    .usage('<command> [options]')
    .version(version, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', '\nTry it: turncoat demo\nYour own log: turncoat scan audit.log');
  base(program.command('scan'))
    .description('Judge audit and cloud logs in files, directories or on standard input.')
    .argument('[paths...]', 'files (plain, gzip, zstd), directories, or - for standard input')
    .addOption(
      new Option('--format <format>', 'json: one OCSF finding a line; text: for people (default: text on a terminal, else json)').choices([
        'json',
        'text',
      ]),
    )
    .addOption(severityOption('--min-severity <severity>', 'print findings from this severity on (default: low)'))
    .option('--cluster <name>', 'cluster name for records that carry none', notEmpty)
    .option('--networks <lists>', 'address ranges: a YAML or JSON file, or pods=…,nodes=…,cluster=…,egress=…,providers=…', notEmpty)
    .option('--config <file>', 'configuration file, YAML (also TURNCOAT_CONFIG)', notEmpty)
    .option('--state <file>', 'begin with what was learned and saved before', notEmpty)
    .option('--save-state <file>', 'save what was learned', notEmpty)
    .option('--learn-only', 'take everything in the logs as normal: learn it, judge nothing (with --save-state)')
    .addOption(severityOption('--fail-on <severity>', 'exit with 4 if a finding reaches this severity'))
    .addHelpText('after', SCAN_EXAMPLES)
    .action(async (paths: string[], options: ScanOptions) => done(await verbs.scan(paths, options)));
  base(program.command('demo'))
    .description('Play a recorded attack on a real cluster and tell what is found. Needs nothing.')
    .action(async () => done(await verbs.demo()));
  base(program.command('explain'))
    .description('Judge logs once more and tell in full what was made of one call, or of the calls of one finding.')
    .argument('<id>', 'id of a call (auditID) or of a finding, or its beginning', notEmpty)
    .argument('[paths...]', 'the logs it came from (default: the recording of the demo)')
    .option('--cluster <name>', 'cluster name for records that carry none', notEmpty)
    .option('--networks <lists>', 'address ranges, as for scan', notEmpty)
    .option(...CONFIG_OPTION, notEmpty)
    .option('--state <file>', 'begin with what was learned and saved before', notEmpty)
    .addHelpText('after', EXPLAIN_EXAMPLES)
    .action(async (id: string, paths: string[], options: ExplainOptions) => done(await verbs.explain(id, paths, options)));
  base(program.command('graph'))
    .description('Draw the path of a chain: in the terminal, as Mermaid or as an SVG picture.')
    .argument('<id>', 'id of the chain (finding_info.uid), or its beginning', notEmpty)
    .argument('[findings...]', 'files of findings (OCSF, one a line), or - for standard input (default: what the demo finds)')
    .addOption(new Option('--format <format>', 'how to draw it').choices(['text', 'mermaid', 'svg']).default('text'))
    .addHelpText('after', GRAPH_EXAMPLES)
    .action(async (id: string, paths: string[], options: GraphOptions) => done(await verbs.graph(id, paths, options)));
  base(program.command('check'))
    .description('Check detections, sources, their stories, generated files and the configuration.')
    .option(...CONFIG_OPTION, notEmpty)
    .action(async (options: { config?: string }) => done(await verbs.check(options)));
  baselineVerbs(program, verbs.baseline, done);
  serviceVerbs(program, verbs, done);
  return program;
}

/** The verbs that need Kafka and Redis. */
function serviceVerbs(program: Command, verbs: Verbs, done: (code: ExitCode) => void): void {
  base(program.command('run'))
    .description('Judge audit and cloud logs from Kafka, with state in Redis; findings go to a topic.')
    .addOption(new Option('--role <role>', 'run one of the two roles alone (default: both)').choices(['normalise', 'detect']))
    .option(...CONFIG_OPTION, notEmpty)
    .addHelpText('after', RUN_EXAMPLES)
    .action(async (options: RunOptions) => done(await verbs.run(options)));
  base(program.command('topics'))
    .description('Check the topics a worker needs and explain their settings; create or print them.')
    .option('--create', 'create those that are missing')
    .option('--print', 'print the commands that would create all of them')
    .option('--replicas <count>', 'replicas of created topics (default: 3, or as many as there are brokers)', positive)
    .option(...CONFIG_OPTION, notEmpty)
    .action(async (options: TopicsOptions) => done(await verbs.topics(options)));
  base(program.command('replay'))
    .description('Judge once more what lies in the raw topics, under a state of its own; findings go to standard output.')
    .option('--namespace <word>', 'state namespace in Redis to begin with and to keep (default: empty memories, not kept)', notEmpty)
    .option('--from <time>', 'first record time (RFC 3339)', notEmpty)
    .option('--to <time>', 'record time to stop before (default: now)', notEmpty)
    .option('--rejected', 'only the records that dead letters tell of')
    .option('--learn-only', 'take everything as normal: learn it, judge nothing')
    .option(...CONFIG_OPTION, notEmpty)
    .addHelpText('after', REPLAY_EXAMPLES)
    .action(async (options: ReplayOptions) => done(await verbs.replay(options)));
  base(program.command('accept'))
    .description('Tell running workers that an identity which stood out is innocent: its finding is closed, what it did is learned.')
    .argument('<identity>', 'its key, as alerts have it in unmapped.entity', notEmpty)
    .option(...CONFIG_OPTION, notEmpty)
    .action(async (entity: string, options: AcceptOptions) => done(await verbs.accept(entity, options)));
  base(program.command('config'))
    .description('Print the configuration in force, secrets hidden.')
    .option(...CONFIG_OPTION, notEmpty)
    .action(async (options: { config?: string }) => done(await verbs.config(options)));
}

function severityOption(flags: string, description: string): Option {
  return new Option(flags, description).choices(SEVERITIES);
}

function positive(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return number;
}

function usageCode(error: CommanderError, words: readonly string[]): ExitCode {
  if (error.exitCode === 0) return EXIT.done;
  const first = words[0];
  if (error.code === 'commander.unknownCommand' && first !== undefined && existsSync(first)) {
    process.stderr.write(`To judge it as a log: turncoat scan ${first}\n`);
  } else if (error.code !== 'commander.help') {
    const verb = VERBS.some((known) => known === first) ? `${first} ` : '';
    process.stderr.write(`Run turncoat ${verb}--help for what there is.\n`);
  }
  return EXIT.usage;
}
