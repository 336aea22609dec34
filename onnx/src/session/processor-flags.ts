import { readFileSync } from 'node:fs';

/**
 * What `/proc/cpuinfo` says that this processor has. Null where it does not say so: not x64,
 * another system.
 */
export function processorFlags(): ReadonlySet<string> | null {
  try {
    const flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1];
    return flags === undefined ? null : new Set(flags.trim().split(/\s+/));
  } catch {
    return null;
  }
}
