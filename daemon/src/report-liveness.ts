import type { Liveness } from './liveness.ts';
import type { ServiceManager } from './service-manager.ts';

/** Between two reports at most, in milliseconds. */
const LONGEST_PERIOD = 10_000;
/**
 * So many reports fit into what the watchdog waits for: one that is late, or lost, is no reason to
 * end the process.
 */
const REPORTS_A_WATCHDOG = 4;

/**
 * Tells the service manager whether the process does its work, and feeds its watchdog while the
 * work goes on. The work itself is asked: one that hangs does not answer, and is not asked again.
 * @returns ends it
 */
export function reportLiveness(
  manager: ServiceManager,
  liveness: () => Liveness | Promise<Liveness>,
  warn: (text: string) => void,
): () => void {
  let ended = false;
  let asked = false;
  let fed = true;
  const report = async () => {
    if (asked) return;
    asked = true;
    const { working, status } = await liveness();
    if (ended) return;
    asked = false;
    manager.tell(`STATUS=${status}`, ...(working ? ['WATCHDOG=1'] : []));
    if (working !== fed) warn(`The watchdog is ${working ? 'fed again' : 'not fed'}: ${status}`);
    fed = working;
  };
  const watchdog = manager.watchdog ?? Number.POSITIVE_INFINITY;
  const period = Math.min(LONGEST_PERIOD, watchdog / REPORTS_A_WATCHDOG);
  const timer = setInterval(() => void report(), period);
  void report();
  return () => {
    ended = true;
    clearInterval(timer);
  };
}
