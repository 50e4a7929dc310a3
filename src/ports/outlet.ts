import type { Outgoing } from '../core/alert.ts';

/** Where alerts go. */
export interface Outlet {
  /** Resolves when the alerts are safely out, in order. */
  send(alerts: readonly Outgoing[]): Promise<void>;
  close(): Promise<void>;
}
