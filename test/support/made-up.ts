/** What a detection made up for a test declares; it keeps every law of declarations. */
export const MADE_UP = {
  id: 'k8s-made-up',
  title: 'Made up | for a test',
  version: 1,
  planes: ['kubernetes'],
  severity: 'low',
  attack: ['T1552.007'],
  rows: ['A1'],
  references: ['https://example.com/attack'],
  benignTwins: ['A twin.'],
  blindSpots: ['A spot.'],
  nextSteps: ['A step.'],
  subject: 'actor',
  concerns: () => true,
  judge: () => undefined,
} as const;
