import type { Rejected } from '../../ports/wire.ts';
import { boundedText, wholeInt, wholeMillis } from './plain-values.ts';

/** Units of a text at most. */
const MOST_TEXT = 4_096;

/** A dead letter as `schemas/rejected.avsc` has it; whatever it holds can be written. */
export function rejectedRecord(rejected: Rejected): unknown {
  return {
    topic: boundedText(rejected.topic, MOST_TEXT),
    partition: wholeInt(rejected.partition),
    offset: rejected.offset,
    time: wholeMillis(rejected.time),
    line: wholeInt(rejected.line),
    reason: boundedText(rejected.reason, MOST_TEXT),
    detail: boundedText(rejected.detail, MOST_TEXT),
    excerpt: boundedText(rejected.excerpt, MOST_TEXT),
    suppressed: wholeInt(rejected.suppressed),
  };
}

/** The dead letter that a record holds. Throws a RangeError where a number is none that a log has. */
export function rejectedOf(record: Rejected): Rejected {
  const { topic, partition, offset, time, line, reason, detail, excerpt, suppressed } = record;
  for (const [name, value] of Object.entries({ partition, offset, line, suppressed })) {
    if (!(Number.isSafeInteger(value) && value >= 0)) throw new RangeError(`${name} ${value}`);
  }
  if (!Number.isSafeInteger(time)) throw new RangeError(`time ${time}`);
  return { topic, partition, offset, time, line, reason, detail, excerpt, suppressed };
}
