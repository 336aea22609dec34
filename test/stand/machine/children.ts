import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Processes that one has started and that live, by what the kernel says. */
function children(of = process.pid): number[] {
  return readFileSync(`/proc/${of}/task/${of}/children`, 'utf8')
    .split(' ')
    .filter((pid) => pid !== '')
    .map(Number);
}

/** Whether a process has started one that runs a program or a module of that name. */
export function hasStarted(pid: number, name: string): boolean {
  return children(pid).some((child) => runs(child, name));
}

/** Those of this one's that run a program or a module of that name at this moment. */
export const startedNow = (name: string): number[] =>
  children().filter((child) => runs(child, name));

function runs(pid: number, name: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(name);
  } catch {
    return false; // It has ended meanwhile.
  }
}

/** The process that `start` starts; of several, that of a program or a module of that name. */
export async function startedBy(start: () => Promise<unknown>, name = ''): Promise<number> {
  const before = new Set(children());
  await start();
  for (;;) {
    const pid = children().find((one) => !before.has(one) && runs(one, name));
    if (pid !== undefined) return pid;
    await delay(10);
  }
}
