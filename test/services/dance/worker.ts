/**
 * A worker of the dance: the product's own `run`, wired as `main.ts` wires it. `DANCE_SABOTAGE` breaks the order of effects on purpose, so that the
 * verifier can be seen to tell.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { openServices } from '../../../src/cli/open-services.ts';
import { run } from '../../../src/cli/run.ts';
import type { Services } from '../../../src/cli/services.ts';
import { Telemetry } from '../../../src/telemetry/telemetry.ts';
import { danceContext, danceDetections, inflate, sources } from './product.ts';

/** Ways to break the order of effects. */
const SABOTAGE: Readonly<Record<string, (services: Services) => Services>> = {
  /** Alerts and messages count as sent before they are: what is on its way dies with the worker. */
  'acknowledge-early': (services) => {
    const outlet = services.outlet();
    const late = {
      send: async (topic: string, records: Parameters<typeof outlet.send>[1]) => {
        void sleep(400)
          .then(() => outlet.send(topic, records))
          .catch(() => undefined);
      },
      close: () => outlet.close(),
    };
    return { ...services, outlet: () => late };
  },
  /** State is written whatever is kept: two workers that have one partition for a while write over each other. */
  'write-blindly': (services) => {
    const store = services.store();
    const blind = {
      load: (reads: Parameters<typeof store.load>[0]) => store.load(reads),
      save: async (writes: Parameters<typeof store.save>[0]) => {
        const kept = await store.load(writes.map(({ shard }) => ({ shard, entities: [] })));
        await store.save(writes.map((write, at) => ({ ...write, expected: kept[at]?.positions })));
        return writes.map(() => true);
      },
      check: () => store.check(),
      close: () => store.close(),
    };
    return { ...services, store: () => blind };
  },
};

const sabotage = SABOTAGE[process.env.DANCE_SABOTAGE ?? ''] ?? ((services: Services) => services);
const version = 'dance';

process.exitCode = await run(
  {},
  {
    version,
    context: danceContext(version),
    detections: danceDetections,
    sources,
    inflate,
    telemetry: (config) => new Telemetry({ level: config.worker.logLevel, version, now: () => performance.now() }),
    services: async (config, telemetry) => sabotage(await openServices(config, telemetry)),
  },
);
process.exit();
