/** `npm run chaos -- --minutes 10 --seed 7`: the dance for as long as wanted. Exit code 0 if nothing is wrong. */
import { parseArgs } from 'node:util';
import { perform } from './perform.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: `${Math.floor(Math.random() * 1e9)}` },
    rate: { type: 'string', default: '400' },
    sabotage: { type: 'string' },
  },
});

const begun = Date.now();
const tell = (what: string) => console.error(`${((Date.now() - begun) / 1_000).toFixed(1).padStart(7)} s  ${what}`);
console.log(`seed ${values.seed}`);
const review = await perform({
  seed: Number(values.seed),
  millis: Number(values.minutes) * 60_000,
  perSecond: Number(values.rate),
  sabotage: values.sabotage,
  tell,
});
const rows = (pairs: Iterable<readonly [string, number]>) => [...pairs].map(([name, count]) => `  ${name.padEnd(30)}${count}`).join('\n');
console.log(`faults\n${rows(review.faults)}\n  workers started               ${review.starts}`);
console.log(`there was\n${rows(Object.entries(review.counts))}`);
console.log(`wrong\n${rows(Object.entries(review.wrong))}\n  workers that fell             ${review.falls.length}`);
for (const example of [...review.examples, ...review.falls]) console.log(`  ${example.slice(0, 600)}`);
const wrong = Object.values(review.wrong).reduce((sum, count) => sum + count, review.falls.length);
console.log(wrong === 0 ? 'all zeros' : `${wrong} wrong; journal of the workers: ${review.journal}`);
process.exit(wrong === 0 ? 0 : 1);
