import { arch, cpus, platform, totalmem } from 'node:os';
import type { Machine } from './run-record.ts';

/** The machine at hand. */
export function describeMachine(): Machine {
  const [first] = cpus();
  return {
    // Some ARM kernels name none.
    cpu: first?.model.trim() || 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    system: `${platform()} ${arch()}`,
  };
}
