import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../config.ts';
import { severityRank } from '../core/detection.ts';
import { networksLayer } from './config-layers.ts';
import { readLabels } from './demo-labels.ts';
import { storyOf } from './demo-story.ts';
import type { ExitCode } from './exit-codes.ts';
import { EXIT } from './exit-codes.ts';
import { watchInterrupts } from './interrupt.ts';
import { type Parts, judgeLogs } from './judging.ts';
import { packageRoot } from './package-root.ts';
import { progressLine } from './progress.ts';

/** Addresses of the recorded cluster. */
const NETWORKS = 'pods=10.244.0.0/16,nodes=10.77.0.0/16';

const OPENING = `turncoat demo: the audit log of a real API server (Kubernetes 1.35, a shop with some 80 service accounts), cut down.
Days of everyday work, with attacks hidden in it and innocent look-alikes put there to fool a detector.
Turncoat learns what each identity normally does and speaks up when one turns.
`;

/** Plays the bundled recording and tells what is found in it, on standard output. */
export async function demo(parts: Parts): Promise<ExitCode> {
  const folder = join(packageRoot(), 'src/cli/demo');
  const recording = join(folder, 'recording.jsonl.gz');
  if (!existsSync(recording)) throw new Error(`the recording is missing from this installation: ${recording}`);
  const config = loadConfig({ env: {}, flags: [networksLayer(NETWORKS)] });
  const color = process.stdout.isTTY === true && process.stdout.hasColors();
  const story = storyOf(readLabels(join(folder, 'labels.jsonl')), { color, width: Math.min(process.stdout.columns || 100, 120) });
  const least = severityRank(config.minSeverity);
  const progress = progressLine(process.stderr);
  const interrupt = watchInterrupts(() => progress.hide());
  try {
    process.stdout.write(OPENING);
    const render = (alert: Parameters<typeof story.tell>[0]): string | undefined =>
      severityRank(alert.severity) < least ? undefined : story.tell(alert);
    const run = { inputs: [recording], config, memory: parts.memory(), render, progress, interrupt, output: process.stdout };
    const judged = await judgeLogs(run, parts);
    if (judged.cut !== undefined) return judged.code ?? EXIT.done;
    process.stdout.write(story.close({ records: judged.tally.entries, identities: judged.identities, seconds: judged.seconds }));
    return EXIT.done;
  } finally {
    interrupt.release();
  }
}
