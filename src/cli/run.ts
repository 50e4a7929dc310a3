import { type Config, loadConfig } from '../config.ts';
import { preflight } from '../roles/preflight.ts';
import { Refused } from '../roles/refused.ts';
import { type Post, running } from '../roles/running.ts';
import { serveEndpoints } from '../telemetry/endpoints.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { ExitCode } from './exit-codes.ts';
import { EXIT } from './exit-codes.ts';
import { watchInterrupts } from './interrupt.ts';
import { Mistake } from './mistake.ts';
import { detectPost, groupOf, normalisePost, type RoleName, type RoleParts } from './role-wiring.ts';
import type { Services } from './services.ts';

/** Options of `turncoat run`, as typed. */
export interface RunOptions {
  readonly role?: RoleName;
  readonly config?: string;
}

/** What `main.ts` wires together for `run`. */
export interface RunParts extends RoleParts {
  telemetry(config: Config): Telemetry;
  services(config: Config, telemetry: Telemetry): Promise<Services>;
}

/**
 * Runs the roles until a signal comes. Ends with 0 once state is written and offsets are committed; with 1 if a service or this program
 * failed in a way that a restart may mend; with 5 if a restart would not.
 */
export async function run(options: RunOptions, parts: RunParts): Promise<ExitCode> {
  const config = loadConfig({ file: options.config });
  const roles: readonly RoleName[] = options.role === undefined ? ['normalise', 'detect'] : [options.role];
  const telemetry = parts.telemetry(config);
  const services = await parts.services(config, telemetry);
  const interrupt = watchInterrupts(() => undefined);
  const endpoints = await endpointsOf(config, telemetry);
  try {
    telemetry.note('started', { roles: roles.join(','), port: endpoints.port });
    await work(roles, config, services, telemetry, parts, interrupt.signal);
    await services.close();
    telemetry.note('stopped', {});
    return EXIT.done;
  } catch (error) {
    return ended(error, telemetry);
  } finally {
    interrupt.release();
    await endpoints.close();
  }
}

async function work(
  roles: readonly RoleName[],
  config: Config,
  services: Services,
  telemetry: Telemetry,
  parts: RunParts,
  stop: AbortSignal,
): Promise<void> {
  for (const topic of topicsOf(roles, config)) telemetry.health.expect(topic);
  const what = {
    names: config.topics,
    roles,
    groupOf: (role: RoleName) => groupOf(config, role),
    topics: services.topics(),
    store: services.store(),
  };
  await preflight(what, telemetry, stop);
  if (!stop.aborted) await running(postsOf(roles, config, services, telemetry, parts), stop, telemetry);
}

function topicsOf(roles: readonly RoleName[], { topics }: Config): readonly string[] {
  return roles.flatMap((role) => (role === 'normalise' ? topics.raw : [topics.activity]));
}

/** The exit code for a failure. Throws what the user can put right. */
function ended(error: unknown, telemetry: Telemetry): ExitCode {
  if (error instanceof Mistake) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  const isRefused = error instanceof Refused;
  telemetry.note(isRefused ? 'refused' : 'crashed', { reason });
  return isRefused ? EXIT.refused : EXIT.internal;
}

function postsOf(roles: readonly RoleName[], config: Config, services: Services, telemetry: Telemetry, parts: RunParts): Post[] {
  const posts: Record<RoleName, () => Post> = {
    normalise: () => normalisePost(config, services, telemetry, parts),
    detect: () => detectPost(config, services, telemetry, parts),
  };
  return roles.map((role) => posts[role]());
}

async function endpointsOf({ http }: Config, telemetry: Telemetry): Promise<{ readonly port: number; close(): Promise<void> }> {
  try {
    return await serveEndpoints({
      host: http.host,
      port: http.port,
      live: () => telemetry.health.live(),
      ready: () => telemetry.health.ready(),
      metrics: () => telemetry.metrics.text(),
      contentType: telemetry.metrics.contentType,
    });
  } catch (error) {
    throw new Mistake(error instanceof Error ? error.message : String(error));
  }
}
