import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/**
 * Lets a process that was just started have what others leave of the processor, and be the first to
 * go where memory ends. Threads that it starts later are as it is. Where the system does not let
 * it, it runs as any other.
 */
export function runInBackground(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
    writeFileSync(`/proc/${pid}/oom_score_adj`, '1000');
  } catch {
    // It has ended already, or this is no Linux.
  }
}
