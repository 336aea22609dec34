import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/** Of what a program says on standard error, the end is kept. */
const MAX_SAID = 4_000;
/** Asked to end, it has so long to let go of the camera; then it is killed. */
const GRACE = 1_000;

export interface EndOfProgram {
  /** There is no program of that name. */
  readonly missing: boolean;
  /** Null: it was killed, or never ran. */
  readonly status: number | null;
  readonly killedBy: NodeJS.Signals | null;
  readonly said: string;
}

/** @param onSaid Told the end of what it said so far, each time that it says more. */
export function watchProgram(
  child: ChildProcess,
  onSaid: (said: string) => void,
): Promise<EndOfProgram> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = endOf(said + chunk.toString());
    onSaid(said);
  });
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve({
        missing: error.code === 'ENOENT',
        status: null,
        killedBy: null,
        said: error.message,
      }),
    );
    child.once('close', (status, killedBy) => resolve({ missing: false, status, killedBy, said }));
  });
}

/** Whole lines: of a URL that is cut nobody could tell where its password is. */
function endOf(said: string): string {
  if (said.length <= MAX_SAID) return said;
  const end = said.slice(-MAX_SAID);
  return end.slice(end.search(/[\r\n]/) + 1);
}

/**
 * Returns when the process is gone, or can't be ended: one that hangs within the kernel is left to
 * it.
 */
export async function endProgram(child: ChildProcess): Promise<void> {
  const runs = () =>
    child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!runs()) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await Promise.race([gone, delay(GRACE, undefined, { ref: false })]);
  }
}
