import type { Writable } from 'node:stream';
import type { Outgoing } from '../../core/alert.ts';
import type { Outlet } from '../../ports/outlet.ts';

/** How alerts are put on a stream. */
export interface StreamOutletOptions {
  /** The whole text of an alert with its line end, or undefined where it is not to be printed. */
  readonly render: (alert: Outgoing) => string | undefined;
  /** Called once, when the stream takes no more: its reader is gone (EPIPE) or writing failed. */
  readonly onGone: (reason: Error & { code?: string }) => void;
}

/**
 * Writes alerts to a stream in order. `send` resolves when the stream has taken them (back-pressure), and at once when the stream is gone:
 * what nobody reads is not kept. `close` flushes and leaves the stream open.
 */
export function streamOutlet(stream: Writable, options: StreamOutletOptions): Outlet {
  let gone = false;
  stream.on('error', (reason: Error) => {
    if (gone) return;
    gone = true;
    options.onGone(reason);
  });
  const write = (text: string): Promise<void> =>
    new Promise((resolve) => {
      if (gone || stream.destroyed) resolve();
      else stream.write(text, () => resolve());
    });
  return {
    async send(alerts) {
      let text = '';
      for (const alert of alerts) text += options.render(alert) ?? '';
      if (text !== '') await write(text);
    },
    async close() {
      await write('');
    },
  };
}
