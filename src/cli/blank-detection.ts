import { HEAD_END, HEAD_START } from './detection-page.ts';

/** The three files of a blank detection by name. It compiles and never speaks; the laws name what is still to be written. */
export function blankDetection(id: string): readonly (readonly [string, string])[] {
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
