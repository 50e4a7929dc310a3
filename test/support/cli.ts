import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

/** The built program. */
export const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));

/** What a run of the program left behind. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Bytes for standard input; without it standard input is empty. */
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts the built program; the caller talks to it. */
export function start(args: readonly string[], options: RunOptions = {}): ChildProcessWithoutNullStreams {
  const env = { PATH: process.env.PATH, ...options.env };
  return spawn(process.execPath, [MAIN, ...args], { cwd: options.cwd ?? tmpdir(), env, stdio: 'pipe' });
}

/** Runs the built program to its end. */
export async function turncoat(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const child = start(args, options);
  const ended = whenEnded(child);
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  return ended;
}

/** Collects the output of a started program until it ends. */
export function whenEnded(child: ChildProcessWithoutNullStreams): Promise<Ran> {
  const parts = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    parts.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    parts.stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...parts }));
  });
}

/** A folder that is gone after the test. */
export function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'turncoat-cli-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
