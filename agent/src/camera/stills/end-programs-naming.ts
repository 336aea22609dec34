import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** Asked to end, they have so long to let go of the camera; then they are killed. */
const GRACE = 1_000;
/** How often it is looked whether they are gone. */
const LOOK = 20;

/**
 * Ends each program on whose command line a path stands: for one that a library has started, which
 * gives no handle to it. Returns when they are gone, or can't be ended: one that hangs within the
 * kernel is left to it. Never rejects.
 * @param path That nobody else names.
 */
export async function endProgramsNaming(path: string): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const begun = performance.now();
    // A shell may start the program at this very moment.
    while (performance.now() - begun < GRACE) {
      const found = await programsNaming(path);
      if (found.length === 0) return;
      for (const pid of found) end(pid, signal);
      await delay(LOOK);
    }
  }
}

/** Of this user, as far as the system shows them. */
async function programsNaming(path: string): Promise<readonly number[]> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const lines = pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''));
  const found = await Promise.all(lines);
  return pids.map(Number).filter((_pid, i) => found[i]?.includes(path));
}

function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
