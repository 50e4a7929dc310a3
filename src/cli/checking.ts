import { loadConfig } from '../config.ts';
import type { CheckOptions } from './check.ts';
import { check } from './check.ts';
import type { ExitCode } from './exit-codes.ts';
import { EXIT } from './exit-codes.ts';
import { packageRoot } from './package-root.ts';
import { plural } from './quantities.ts';

/** Checks the configuration, then every detection and source; problems go to standard error, one a line. Throws a Mistake for a wrong configuration. */
export async function checkAll(options: { readonly config?: string }, play: CheckOptions['play']): Promise<ExitCode> {
  loadConfig({ file: options.config });
  const done = await check({ root: packageRoot(), ...(play === undefined ? {} : { play }) });
  for (const { where, what } of done.problems) process.stderr.write(`${where}: ${what}\n`);
  const seen = `${plural(done.detections, 'detection')}, ${plural(done.sources, 'source')}, ${plural(done.storyLines, 'story line')}`;
  if (done.problems.length > 0) {
    process.stderr.write(`turncoat: ${plural(done.problems.length, 'problem')} in ${seen}\n`);
    return EXIT.usage;
  }
  process.stdout.write(`all in order: configuration, ${seen}\n`);
  return EXIT.done;
}
