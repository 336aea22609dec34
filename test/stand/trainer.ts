import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// What is measured once on a machine is measured once for all tests, and leaves the user's own cache alone.
process.env.XDG_CACHE_HOME ??= join(tmpdir(), 'edgeloop-test-cache');

/** `edgeloop-trainer`, from source. */
export const TRAINER = fileURLToPath(new URL('../../trainer/src/main.ts', import.meta.url));

/** Runs it to its end. */
export function trainer(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...process.execArgv, TRAINER, ...args], (error, out, err) => {
      resolve({ status: error ? Number(error.code) : 0, out, err });
    });
  });
}
