import type { WriteStream } from 'node:tty';
import { bytesText, countText, durationText } from './quantities.ts';

/** What the bar shows. */
export interface Advance {
  readonly bytes: number;
  /** 0 if unknown (standard input). */
  readonly total: number;
  readonly records: number;
}

/** One line on a terminal that is drawn over itself. */
export interface Progress {
  /** Draws the line, at most ten times a second. */
  show(advance: Advance): void;
  /** Takes the line away, so that other output can be printed in its place. */
  hide(): void;
}

const EVERY = 100;
const SILENT: Progress = { show() {}, hide() {} };

/** A progress line on `stream` if that is a terminal; otherwise nothing. Nothing is drawn in the first half second. */
export function progressLine(stream: WriteStream, now: () => number = () => performance.now()): Progress {
  if (stream.isTTY !== true) return SILENT;
  const begun = now();
  let drawnAt = begun + 500 - EVERY;
  let drawn = false;
  return {
    show(advance) {
      const time = now();
      if (time - drawnAt < EVERY) return;
      drawnAt = time;
      drawn = true;
      stream.write(`\r\x1b[K${progressText(advance, (time - begun) / 1_000, stream.columns || 80)}`);
    },
    hide() {
      if (!drawn) return;
      drawn = false;
      stream.write('\r\x1b[K');
    },
  };
}

/** The line's text: bar, share, records a second, time left; without a known total bytes and rate. At most `width` columns. */
export function progressText(advance: Advance, seconds: number, width: number): string {
  const rate = seconds > 0 ? `${countText(Math.round(advance.records / seconds))} records/s` : '';
  if (advance.total <= 0) return `${bytesText(advance.bytes)} read  ${countText(advance.records)} records  ${rate}`.slice(0, width - 1);
  const share = Math.min(1, advance.bytes / advance.total);
  const left = share > 0 && share < 1 ? `  ${durationText((seconds / share) * (1 - share))} left` : '';
  const figures = ` ${String(Math.floor(share * 100)).padStart(3)}%  ${bytesText(advance.bytes)} of ${bytesText(advance.total)}  ${rate}${left}`;
  const cells = Math.min(24, width - figures.length - 3);
  const bar = cells >= 4 ? `[${'#'.repeat(Math.round(share * cells)).padEnd(cells, '.')}]` : '';
  return (bar + figures).slice(0, width - 1);
}
