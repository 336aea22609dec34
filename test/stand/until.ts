import { setTimeout as delay } from 'node:timers/promises';

/** Waits until it holds: for what another process does. The test's own time limit ends it. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(20);
}
