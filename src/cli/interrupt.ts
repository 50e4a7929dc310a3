import type { ExitCode } from './exit-codes.ts';
import { EXIT } from './exit-codes.ts';

/** Watches for Ctrl-C and SIGTERM. */
export interface Interrupt {
  /** Aborted by the first signal, or by `stop`. */
  readonly signal: AbortSignal;
  /** Exit code of the signal that came, if one did. */
  readonly code: ExitCode | undefined;
  /** Stops the work without a signal. */
  stop(): void;
  /** Gives the signals back to the system. */
  release(): void;
}

/** The first signal asks for an orderly end; the second ends the process at once. `beforeExit` puts the terminal right. */
export function watchInterrupts(beforeExit: () => void): Interrupt {
  const controller = new AbortController();
  let code: ExitCode | undefined;
  const handler = (own: ExitCode) => () => {
    if (code !== undefined) {
      beforeExit();
      process.exit(own);
    }
    code = own;
    controller.abort();
  };
  const onInterrupt = handler(EXIT.interrupted);
  const onTerminate = handler(EXIT.terminated);
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  return {
    signal: controller.signal,
    get code() {
      return code;
    },
    stop: () => controller.abort(),
    release() {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
    },
  };
}
