import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { type Millis, millis } from '@edgeloop/protocol';

/** How long the machine has run, which nobody can set. */
export interface MachineClock {
  /** Another for each start of it. */
  readonly boot: string;
  readonly uptime: () => Millis;
}

/**
 * Linux counts from the start of the machine, sleep included; elsewhere it is from the start of
 * this process.
 */
export function machineClock(): MachineClock {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { boot, uptime: () => millis(Math.round(uptime() * 1000)) };
  } catch {
    return { boot: randomUUID(), uptime: () => millis(Math.round(performance.now())) };
  }
}
