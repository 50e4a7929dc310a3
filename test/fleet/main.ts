/**
 * `npm run evaluate:fleet`: synthetic fleets, one for each seed, judged by the product and by what a user would otherwise have; prints tables and, with
 * `--write`, puts them into docs/benchmarks.md. Takes some minutes. With `--recordings`: where attacks rank on the labelled recordings instead.
 */
import { parseArgs } from 'node:util';
import { writeSection } from '../support/report.ts';
import { rankRecording, rankTable } from './recordings.ts';
import { report } from './report.ts';
import { runTrial, type Trial } from './trial.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '11,12' },
    days: { type: 'string', default: '56' },
    scale: { type: 'string', default: '1' },
    noisy: { type: 'string', default: '0' },
    flooders: { type: 'string', default: '0' },
    recordings: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const WARM_UP = 28;

if (values.recordings) {
  for (const name of ['run-a', 'run-a2']) {
    const ranked = rankRecording(name);
    console.log(ranked === undefined ? `${name}: not there` : `${rankTable(name, ranked)}\n`);
  }
  process.exit(0);
}

const trials: Trial[] = values.seeds.split(',').map((seed) =>
  runTrial(
    {
      seed: Number(seed),
      days: Number(values.days),
      scale: Number(values.scale),
      noisy: Number(values.noisy),
      flooders: Number(values.flooders),
      warmUp: WARM_UP,
    },
    (day) => {
      if (process.stderr.isTTY) process.stderr.write(`\rseed ${seed}: day ${day + 1} of ${values.days} `);
    },
  ),
);
if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
const command = `npm run evaluate:fleet -- ${process.argv
  .slice(2)
  .filter((word) => word !== '--write')
  .join(' ')}`.trim();
const text = report(trials, command);
console.log(text);
if (values.write) writeSection('fleet', text);
