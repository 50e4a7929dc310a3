import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HEAD_END, HEAD_START } from './detection-page.ts';
import { packageRoot } from './package-root.ts';

const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)+$/;

/** The three files of a blank detection. It compiles and never speaks; the laws name what is still to be written. */
function blank(id: string): readonly (readonly [string, string])[] {
  return [
    ['detection.ts', declaration(id)],
    ['story.jsonl', ''],
    ['README.md', `${HEAD_START}\n${HEAD_END}\n\n## What it sees\n\n## Why it matters\n\n## Benign twin\n\n## Blind spots\n\n## Triage\n`],
  ];
}

function declaration(id: string): string {
  return `import { defineDetection } from '../../core/detection.ts';
import { habit } from '../../core/question.ts';

/** ${id} */
export const detection = defineDetection({
  id: '${id}',
  title: '',
  version: 1,
  planes: ['kubernetes'],
  severity: 'medium',
  attack: [],
  rows: [],
  references: [],
  benignTwins: [],
  blindSpots: [],
  nextSteps: [],
  subject: 'actor',
  concerns: (operation) => operation.resource === 'secrets',
  asks: { habit: habit() },
  judge(_event, { habit }) {
    if (!habit.isNew('operation')) return undefined;
    return undefined;
  },
});
`;
}

const [kind, id] = process.argv.slice(2);
const folder = join(packageRoot(), 'src/detections', id ?? '');
if (kind !== 'detection' || id === undefined || !ID.test(id)) {
  console.error('usage: npm run new -- detection <id>   (two or more lower-case words joined by hyphens: k8s-secret-sweep)');
  process.exitCode = 2;
} else if (existsSync(folder)) {
  console.error(`src/detections/${id} exists already`);
  process.exitCode = 2;
} else {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of blank(id)) {
    writeFileSync(join(folder, name), text);
    console.log(`wrote src/detections/${id}/${name}`);
  }
  console.log('next: write the three files, then npm run gen && npm test');
}
