/** The state in the store does not fit the log: going on would skip or repeat events silently. The message says the way out. */
export class Refused extends Error {}
