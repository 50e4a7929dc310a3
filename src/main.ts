#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { gunzipSync } from 'node:zlib';
import { fileInlet } from './adapters/file/inlet.ts';
import { MemoryStore } from './adapters/memory/store.ts';
import { blindSpotsOf } from './alerting/blind-spots.ts';
import type { FormatContext } from './alerting/formats/context.ts';
import { LocalFleet } from './behaviour/fleet.ts';
import { acceptBaseline, diffBaselines, forgetBaseline, listBaselines, showBaseline } from './cli/baseline.ts';
import { baselineStatus } from './cli/baseline-status.ts';
import { exportBaselines, importBaselines } from './cli/baseline-transfer.ts';
import { checkAll } from './cli/checking.ts';
import { demo } from './cli/demo.ts';
import { EXIT } from './cli/exit-codes.ts';
import { explain } from './cli/explain.ts';
import { graph } from './cli/graph.ts';
import type { Parts } from './cli/judging.ts';
import { silenced } from './cli/learning.ts';
import { packageRoot } from './cli/package-root.ts';
import { playStory } from './cli/play-story.ts';
import { runProgram } from './cli/program.ts';
import type { RunParts } from './cli/run.ts';
import { scan } from './cli/scan.ts';
import { showConfig } from './cli/show-config.ts';
import { watchOutput } from './cli/standard-output.ts';
import { budgetOf } from './config.ts';
import { asObject, asString } from './core/json.ts';
import { Panel } from './detections/panel.ts';
import { detections } from './detections/registry.gen.ts';
import type { Inflate } from './envelopes/json-text.ts';
import { Calls } from './memory/calls.ts';
import { sources } from './sources/registry.gen.ts';
import { Worker } from './worker.ts';

const inflate: Inflate = (bytes, limit) => gunzipSync(bytes, { maxOutputLength: limit });

function versionOf(root: string): string {
  return asString(asObject(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))?.version) ?? 'unknown';
}

function contextOf(productVersion: string): FormatContext {
  const catalogue = new Map(detections.map((detection) => [detection.id, detection]));
  const known = { catalogue, sources: new Map(sources.map((source) => [source.id, source])) };
  return { catalogue, productVersion, blindSpots: (alert) => blindSpotsOf(alert, known) };
}

function partsOf(context: FormatContext): Parts {
  return {
    context,
    memory: () => new MemoryStore(),
    fleet: (config) => new LocalFleet(budgetOf(config)),
    inlet: (inputs, onBytes) => fileInlet(inputs, { onProgress: onBytes }),
    judge: ({ settings, memory, fleet, outlet, learnOnly, witness }) => {
      const heard = learnOnly ? detections.map(silenced) : detections;
      const panel = new Panel(witness === undefined ? heard : [witness.detection, ...heard]);
      const onJudged = witness === undefined ? undefined : witness.judged.bind(witness);
      return new Worker({ settings, sources, panel, store: memory, fleet, outlet, calls: new Calls(), inflate, onJudged });
    },
  };
}

/** What needs Kafka and Redis is loaded when it is asked for: a scan begins sooner without. */
async function runPartsOf(context: FormatContext, version: string): Promise<RunParts> {
  const { openServices } = await import('./cli/open-services.ts');
  const { Telemetry } = await import('./telemetry/telemetry.ts');
  return {
    version,
    context,
    detections,
    sources,
    inflate,
    telemetry: (config) => new Telemetry({ level: config.worker.logLevel, version, now: () => performance.now() }),
    services: openServices,
  };
}

/**
 * Collects old garbage when the heap has grown by half, not when it has grown fourfold: a long log of short-lived strings otherwise
 * takes three times the memory it needs. Costs a few hundredths of the speed.
 */
setFlagsFromString('--heap-growing-percent=50');

async function main(): Promise<void> {
  process.stderr.on('error', () => undefined);
  watchOutput(process.stdout, (sentence, code) => {
    process.stderr.write(`turncoat: ${sentence}\n`);
    process.exitCode = code;
  });
  const version = versionOf(packageRoot());
  const context = contextOf(version);
  const parts = partsOf(context);
  const code = await runProgram(
    process.argv.slice(2),
    {
      scan: (paths, options) => scan(paths, options, parts),
      demo: () => demo(parts),
      explain: (id, paths, options) => explain(id, paths, options, parts),
      graph: (id, paths, options) => graph(id, paths, options, parts),
      check: (options) => checkAll(options, (story) => playStory(story, sources, detections)),
      // A worker that failed must not linger with open connections: it is to be started again.
      run: async (options) => process.exit(await (await import('./cli/run.ts')).run(options, await runPartsOf(context, version))),
      topics: async (options) =>
        await (await import('./cli/topics.ts')).topics(options, (await import('./cli/open-services.ts')).openTopics),
      replay: async (options) => await (await import('./cli/replay.ts')).replay(options, await runPartsOf(context, version)),
      accept: async (entity, options) =>
        await (await import('./cli/accept.ts')).accept(entity, options, (await import('./cli/open-services.ts')).openSending, Date.now),
      config: showConfig,
      baseline: {
        list: listBaselines,
        show: showBaseline,
        diff: diffBaselines,
        forget: forgetBaseline,
        accept: acceptBaseline,
        status: baselineStatus,
        export: exportBaselines,
        import: importBaselines,
        pull: async (options) => {
          const { survey } = await import('./adapters/redis/survey.ts');
          const { redisOptions } = await import('./cli/open-services.ts');
          return await (await import('./cli/baseline-pull.ts')).pullBaselines(options, (config) => survey(redisOptions(config)));
        },
      },
    },
    version,
  );
  process.exitCode ??= code;
}

try {
  await main();
} catch (error) {
  process.stderr.write(
    `turncoat: internal error, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = EXIT.internal;
}
