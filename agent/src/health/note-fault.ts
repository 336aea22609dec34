import {
  type CameraFault,
  type EpochMillis,
  MAX_FAULT_MESSAGE,
  timestamp,
} from '@edgeloop/protocol';
import type { CameraCounters } from './counters.ts';

/**
 * Notes what is wrong with a camera; null: nothing any more. A fault that stays is counted once,
 * and keeps its beginning.
 */
export function noteFault(
  counters: CameraCounters,
  fault: { readonly kind: CameraFault; readonly message: string } | null,
  now: EpochMillis,
): void {
  if (fault === null) {
    delete counters.fault;
    return;
  }
  const { kind } = fault;
  const message = fault.message.slice(0, MAX_FAULT_MESSAGE);
  if (counters.fault?.kind === kind) {
    counters.fault = { ...counters.fault, message };
    return;
  }
  counters.faults[kind] += 1;
  counters.fault = { kind, since: timestamp(now), message };
}
