import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROGRAMS } from '../programs.ts';

// What is measured once on a machine is measured once for all tests, and leaves the user's own
// cache alone.
process.env.XDG_CACHE_HOME ??= join(tmpdir(), 'edgeloop-test-cache');

/** Runs `edgeloop-trainer` to its end. */
export function trainer(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAMS.trainer, ...args], (error, out, err) => {
      resolve({ status: error ? Number(error.code) : 0, out, err });
    });
  });
}
