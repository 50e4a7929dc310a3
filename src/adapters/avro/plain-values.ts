/** The years 1 to 9999, which every reader's calendar has. */
const LEAST_MILLIS = -62_135_596_800_000;
const MOST_MILLIS = 253_402_300_799_999;
const MOST_INT = 2_147_483_647;

/** Whole milliseconds within the years 1 to 9999, the nearest there are: a forged record may tell any time. NaN becomes 0. */
export function wholeMillis(time: number): number {
  return Math.trunc(Math.min(MOST_MILLIS, Math.max(LEAST_MILLIS, time))) || 0;
}

/** A whole number of 32 bits, the nearest there is; NaN becomes 0. */
export function wholeInt(value: number): number {
  return Math.trunc(Math.min(MOST_INT, Math.max(-MOST_INT, value))) || 0;
}

/** A text cut at `most` UTF-16 units, well-formed: Avro's strings are UTF-8, which has no lone surrogates. */
export function boundedText(text: string, most: number): string {
  return (text.length > most ? text.slice(0, most) : text).toWellFormed();
}
