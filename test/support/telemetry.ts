import { Telemetry } from '../../src/telemetry/telemetry.ts';

/** Telemetry that says nothing; its metrics can be asked. */
export function quietTelemetry(): Telemetry {
  return new Telemetry({ level: 'silent', version: 'test', now: () => performance.now() });
}
