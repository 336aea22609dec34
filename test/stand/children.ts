import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Processes that this one has started and that live, by what the kernel says. */
function children(): number[] {
  return readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')
    .split(' ')
    .filter((pid) => pid !== '')
    .map(Number);
}

/** The process that `start` starts. */
export async function startedBy(start: () => Promise<unknown>): Promise<number> {
  const before = new Set(children());
  await start();
  for (;;) {
    const pid = children().find((one) => !before.has(one));
    if (pid !== undefined) return pid;
    await delay(10);
  }
}
