import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, loadConfig } from '../config.ts';
import { isChain, type Outgoing } from '../core/alert.ts';
import { severityRank } from '../core/detection.ts';
import { flagLayer, networksLayer } from './config-layers.ts';
import { readLabels } from './demo-labels.ts';
import { type Story, storyOf } from './demo-story.ts';
import type { ExitCode } from './exit-codes.ts';
import { EXIT } from './exit-codes.ts';
import { watchInterrupts } from './interrupt.ts';
import { type Judged, judgeLogs, type Parts } from './judging.ts';
import { packageRoot } from './package-root.ts';
import { progressLine } from './progress.ts';

/** Addresses of the recorded cluster. */
export const DEMO_NETWORKS = 'pods=10.244.0.0/16,nodes=10.77.0.0/16';

const OPENING = `turncoat demo: nine days in the audit log of a real API server (Kubernetes 1.35).
Everyday work, with attacks hidden in it and innocent look-alikes put there to fool a detector.
Turncoat learns what each identity normally does and speaks up when one turns.
`;

/** Plays the bundled recording and tells what is found in it, on standard output. No environment, file or option changes it. */
export async function demo(parts: Parts): Promise<ExitCode> {
  const folder = join(packageRoot(), 'src/cli/demo');
  const recording = join(folder, 'recording.jsonl.gz');
  if (!existsSync(recording)) throw new Error(`the recording is missing from this installation: ${recording}`);
  const config = loadConfig({ env: {}, flags: [networksLayer(DEMO_NETWORKS), flagLayer('demo', ['minSeverity'], 'medium')] });
  const color = process.stdout.isTTY === true && process.stdout.hasColors();
  const story = storyOf(readLabels(join(folder, 'labels.jsonl.gz')), { color, width: Math.min(process.stdout.columns || 100, 120) });
  const progress = progressLine(process.stderr);
  const interrupt = watchInterrupts(() => progress.hide());
  try {
    process.stdout.write(OPENING);
    const run = {
      inputs: [recording],
      config,
      memory: parts.memory(),
      fleet: parts.fleet(config),
      render: teller(story, config),
      progress,
      interrupt,
      output: process.stdout,
    };
    const judged = await judgeLogs(run, parts);
    if (judged.cut !== undefined) return judged.code ?? EXIT.done;
    process.stdout.write(closing(story, judged, config));
    return EXIT.done;
  } finally {
    interrupt.release();
  }
}

function teller(story: Story, { minSeverity }: Config): (alert: Outgoing) => string | undefined {
  return (alert) => {
    if (isChain(alert)) return story.chain(alert);
    return severityRank(alert.severity) < severityRank(minSeverity) ? undefined : story.tell(alert);
  };
}

function closing(story: Story, { tally, identities, seconds }: Judged, { minSeverity }: Config): string {
  let untold = 0;
  for (const [severity, count] of tally.findings) if (severityRank(severity) < severityRank(minSeverity)) untold += count;
  return story.close({ records: tally.entries, identities, seconds, untold });
}
