import type { Writable } from 'node:stream';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { systemReason } from './system-reason.ts';

/** True if a stream failed because nobody reads it any more (`| head`): no fault of anybody. */
export function isReaderGone(failure: Error): boolean {
  return 'code' in failure && failure.code === 'EPIPE';
}

/** Calls `end` once, with a sentence and an exit code, when the stream cannot be written; not when its reader is gone. */
export function watchOutput(stream: Writable, end: (sentence: string, code: ExitCode) => void): void {
  let failed = false;
  stream.on('error', (failure: Error) => {
    if (failed || isReaderGone(failure)) return;
    failed = true;
    end(`standard output: cannot be written: ${systemReason(failure)}`, EXIT.usage);
  });
}
