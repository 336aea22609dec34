import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process among those of all machines, also after its number was given to another. */
export interface ProcessIdentity {
  /** For a person. */
  readonly host: string;
  readonly pid: number;
  /** Of the machine since it started: /proc/sys/kernel/random/boot_id. */
  readonly boot: string;
  /** When it started, in ticks since then: field 22 of /proc/<pid>/stat, see proc_pid_stat(5). */
  readonly started: string;
}

/** Who this is. */
export function thisProcess(): ProcessIdentity {
  const [, started = ''] = statOf(process.pid) ?? [];
  return { host: hostname(), pid: process.pid, boot: bootId(), started };
}

export const inWords = ({ host, pid }: ProcessIdentity): string => `process ${pid} on ${host}`;

/**
 * Whether it is a process of this machine that a signal has stopped, such as SIGSTOP or a
 * debugger's.
 */
export function isStoppedHere({ boot, pid, started }: ProcessIdentity): boolean {
  if (boot !== bootId()) return false;
  const [state, since] = statOf(pid) ?? [];
  return (state === 'T' || state === 't') && since === started;
}

const bootId = () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** Its state and when it started; null: it is gone. Its name may have blanks and brackets in it. */
function statOf(pid: number): readonly [string, string] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // Fields 3 and 22.
    return [fields[0] as string, fields[19] as string];
  } catch {
    return null;
  }
}
