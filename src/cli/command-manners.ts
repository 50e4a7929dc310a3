import { type Command, InvalidArgumentError } from 'commander';

/** The option that names the configuration. */
export const CONFIG_OPTION = ['--config <file>', 'configuration file, YAML (also TURNCOAT_CONFIG)'] as const;

/** Manners that every verb shares. */
export function base(command: Command): Command {
  return command
    .exitOverride()
    .allowExcessArguments(false)
    .helpOption('-h, --help', 'print this help')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'turncoat: ')) });
}

/** For options whose value must not be empty. */
export function notEmpty(value: string): string {
  if (value === '') throw new InvalidArgumentError('It must not be empty.');
  return value;
}
