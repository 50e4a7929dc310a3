/** What is worth a line in the log: how grave, in words, and which fields tell more. Field values are untrusted text. */
export const HAPPENINGS = {
  started: { level: 'info', message: 'worker started', fields: ['roles', 'port'] },
  assigned: { level: 'info', message: 'partitions assigned', fields: ['topic', 'partitions'] },
  rewound: {
    level: 'warn',
    message: 'state is behind the committed offset: reading again from where it is',
    fields: ['topic', 'partition', 'from', 'to'],
  },
  gap: {
    level: 'error',
    message: 'records are missing: they were deleted before they were read',
    fields: ['topic', 'partition', 'expected', 'found'],
  },
  undecodable: {
    level: 'error',
    message: 'a batch cannot be unpacked and is passed over',
    fields: ['topic', 'partition', 'offset', 'reason'],
  },
  poison: {
    level: 'error',
    message: 'an activity record cannot be read and is passed over',
    fields: ['topic', 'partition', 'offset', 'reason'],
  },
  unavailable: { level: 'warn', message: 'a service does not answer: waiting, nothing is committed', fields: ['service', 'reason'] },
  available: { level: 'info', message: 'the service answers again', fields: ['service'] },
  'state-lost': {
    level: 'warn',
    message: 'the store holds other positions than this worker put there: beginning again from the store',
    fields: ['topic', 'partition', 'shard'],
  },
  'detection-failed': { level: 'error', message: 'a detection failed on an event; the others were heard', fields: ['detection'] },
  'step-failed': { level: 'error', message: 'a fault in Turncoat, please report it; the record is passed over', fields: ['reason'] },
  client: { level: 'warn', message: 'a client library says', fields: ['service', 'reason'] },
  refused: { level: 'error', message: 'refused to go on', fields: ['reason'] },
  crashed: { level: 'error', message: 'cannot go on, to be started again', fields: ['reason'] },
  stopping: { level: 'info', message: 'stopping: no more is read, what is in hand is finished', fields: ['roles'] },
  'cut-short': {
    level: 'warn',
    message: 'the orderly end took too long and was cut short; what was in hand is done again',
    fields: ['seconds'],
  },
  stopped: { level: 'info', message: 'worker stopped', fields: [] },
} as const satisfies Record<string, { readonly level: Level; readonly message: string; readonly fields: readonly string[] }>;

export type Level = 'debug' | 'info' | 'warn' | 'error';
export type Happening = keyof typeof HAPPENINGS;
/** The fields of a happening; all must be given. */
export type FieldsOf<H extends Happening> = { readonly [F in (typeof HAPPENINGS)[H]['fields'][number]]: string | number };

/** Happenings that may come with every record: told at once, then at most every half minute, with how many were held back. */
export const RARE: ReadonlySet<Happening> = new Set([
  'unavailable',
  'detection-failed',
  'step-failed',
  'poison',
  'undecodable',
  'gap',
  'client',
]);
