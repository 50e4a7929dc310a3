import type { StreamRecord } from '../ports/stream.ts';

/** Bytes judged between two looks at the clock and two heartbeats. */
const MOST_BYTES_IN_HAND = 512 * 1_024;

/** Records in runs of bounded size. */
export function* runsOf(records: readonly StreamRecord[]): Generator<readonly StreamRecord[]> {
  let run: StreamRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    run.push(record);
    bytes += record.value?.length ?? 0;
    if (bytes < MOST_BYTES_IN_HAND) continue;
    yield run;
    run = [];
    bytes = 0;
  }
  if (run.length > 0) yield run;
}
