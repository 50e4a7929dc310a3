import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { configKeys } from '../../src/config.ts';
import { root } from '../support/paths.ts';

const service = z.object({
  image: z.string(),
  build: z.object({ context: z.string(), dockerfile: z.string(), target: z.string() }).optional(),
  user: z.string().optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  privileged: z.undefined().optional(),
  mem_limit: z.string().optional(),
  environment: z.record(z.string(), z.string()).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).optional(),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  restart: z.string().optional(),
  command: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
});

const compose = z
  .looseObject({ services: z.record(z.string(), service) })
  .parse(parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }));
const services = Object.entries(compose.services);
const dockerfile = readFileSync(join(root, 'ops/Dockerfile'), 'utf8');

test('every service tells its health or ends by itself', () => {
  for (const [name, { healthcheck, restart }] of services) {
    assert.equal(healthcheck === undefined, restart === 'no', name);
  }
});

test('services wait for what they need in a way that can come true', () => {
  for (const [name, { depends_on: needs = {} }] of services) {
    for (const [needed, { condition }] of Object.entries(needs)) {
      const other = compose.services[needed];
      assert.ok(other !== undefined, `${name} needs ${needed}, which is not there`);
      const wanted = other.restart === 'no' ? 'service_completed_successfully' : 'service_healthy';
      assert.equal(condition, wanted, `${name} waits for ${needed}`);
    }
  }
  assert.deepEqual(Object.keys(compose.services.worker?.depends_on ?? {}).sort(), ['redis', 'topics']);
});

test('no service is root or can become it, and each has a bound on its memory', () => {
  for (const [name, { user, cap_drop: dropped, security_opt: options, mem_limit: most }] of services) {
    assert.ok(user !== undefined && !/^(root|0)(:|$)/.test(user), `${name} runs as ${user ?? 'whoever the image says'}`);
    assert.deepEqual(dropped, ['ALL'], name);
    assert.ok(options?.includes('no-new-privileges:true'), name);
    assert.match(most ?? '', /^\d+[mg]$/, name);
  }
});

test('our images are built here, run read-only, and name a target of the Dockerfile', () => {
  const ours = services.filter(([, { image }]) => image.startsWith('turncoat'));
  assert.deepEqual(ours.map(([name]) => name).sort(), ['alerts', 'feeder', 'topics', 'worker']);
  for (const [name, { build, read_only: isReadOnly, tmpfs, volumes }] of ours) {
    assert.equal(isReadOnly, true, name);
    assert.deepEqual(tmpfs, ['/tmp'], name);
    assert.equal(volumes, undefined, name);
    assert.equal(build?.dockerfile, 'ops/Dockerfile', name);
    assert.match(dockerfile, new RegExp(` AS ${build?.target}$`, 'm'), name);
  }
});

test('images have a tag, and not one that means whatever is newest', () => {
  const [, node = ''] = /^ARG NODE_IMAGE=(\S+)$/m.exec(dockerfile) ?? [];
  for (const image of [node, ...services.map(([, { image }]) => image)]) {
    assert.match(image, /^[a-z0-9/-]+:[\w.-]+$/, image);
    assert.doesNotMatch(image, /:(latest|edge|main)$/, image);
  }
});

test('the image is not root by a number, and its last stage is the worker', () => {
  const users = [...dockerfile.matchAll(/^USER (.+)$/gm)].map(([, user]) => user);
  assert.deepEqual(users, ['1000:1000']);
  const stages = [...dockerfile.matchAll(/^FROM \S+ AS (\w+)$/gm)].map(([, stage]) => stage);
  assert.equal(stages.at(-1), 'worker');
});

test('every variable of Turncoat in it is one of the configuration', () => {
  const known = new Set(configKeys().map(({ variable }) => variable));
  for (const [name, { environment = {} }] of services) {
    for (const variable of Object.keys(environment)) {
      if (variable.startsWith('TURNCOAT_')) assert.ok(known.has(variable), `${name}: ${variable}`);
    }
  }
  assert.ok(Object.keys(compose.services.worker?.environment ?? {}).some((variable) => variable.startsWith('TURNCOAT_')));
});

test('Redis never evicts, and nothing is open to other machines', () => {
  const { command = [] } = compose.services.redis ?? {};
  assert.equal(command[command.indexOf('--maxmemory-policy') + 1], 'noeviction');
  for (const [name, { ports = [] }] of services) for (const port of ports) assert.match(port, /^127\.0\.0\.1:/, name);
});

test('the worker has the time it needs to end in order', () => {
  assert.equal(compose.services.worker?.stop_grace_period, '15s');
  assert.deepEqual(compose.services.worker?.command, ['run']);
});
