import { readFileSync } from 'node:fs';

/** Ticks of the kernel's accounting in a second: USER_HZ, 100 on every Linux that Node runs on. */
const TICKS = 100;

/** What a process has used so far, by /proc; NaN on a system without it. */
export function processUsage(pid: number): {
  readonly peakMiB: number;
  readonly cpuSeconds: number;
} {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    // Behind the name, which may have spaces: user time is the 12th field, system time the 13th.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return {
      peakMiB: Math.round(Number(peak) / 1024),
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
    };
  } catch {
    return { peakMiB: Number.NaN, cpuSeconds: Number.NaN };
  }
}
