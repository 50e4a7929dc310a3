/** What the program's exit status says, for every verb. */
export const EXIT = {
  done: 0,
  internal: 1,
  usage: 2,
  unread: 3,
  found: 4,
  refused: 5,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [EXIT.done, 'Done. All input was read; also when the reader of the output closes the pipe early (`| head`).'],
  [EXIT.internal, 'Internal error: a bug in Turncoat.'],
  [
    EXIT.usage,
    'The command line, the configuration or a state file is wrong, the output cannot be written, or `turncoat check` found problems.',
  ],
  [EXIT.unread, 'Some input could not be judged: unreadable or damaged. The rest was judged; the summary names file and line.'],
  [EXIT.found, 'A finding reached the severity given with `--fail-on`. Takes precedence over 3.'],
  [
    EXIT.refused,
    '`turncoat run`: topics or state do not fit each other, going on would lose events silently. The message says the way out. Do not restart without it.',
  ],
  [EXIT.interrupted, 'Interrupted (Ctrl-C). The summary covers what was judged until then.'],
  [EXIT.terminated, 'Terminated (SIGTERM), otherwise as 130. `turncoat run` ends with 0 on either signal once its state is written.'],
];

/** The exit codes as plain lines for a help text. */
export function exitCodeHelp(): string {
  return MEANINGS.map(([code, meaning]) => `  ${String(code).padEnd(4)} ${meaning.replaceAll('`', '')}`).join('\n');
}

/** docs/exit-codes.md. */
export function exitCodeReference(): string {
  const rows = MEANINGS.map(([code, meaning]) => `| ${code} | ${meaning} |`).join('\n');
  return `<!-- generated from src/cli/exit-codes.ts -->
# Exit codes

Every verb of \`turncoat\` ends with one of these.

| code | meaning |
| --- | --- |
${rows}

Code 3 covers whole inputs (a missing file, a truncated archive, UTF-16) and single records (not JSON, too long, too deep, without a time, cut
so early that nothing can be made of them): each is counted as *rejected* and named with file and line. What can be judged leaves the exit code
alone and is counted in the summary: records that were cut and are judged from their beginning, and lines that are not valid UTF-8 and are read
with replacement characters. So do records that are readable but not audit records: they are *ignored*.
`;
}
