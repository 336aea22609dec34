import { parseId } from '@edgeloop/protocol';
import { DEFAULT_GATE } from '../../../../control-plane/src/jobs/gate/gate-policy.ts';
import type { PlannedJob } from '../../../../control-plane/src/jobs/job-store.ts';

/** The same digit 64 times. */
export const digest = (digit: string) => parseId('sha256', digit.repeat(64));

export function plannedJob(more: Partial<PlannedJob> = {}): PlannedJob {
  return {
    task: parseId('task', 'parts'),
    trigger: { kind: 'by-hand', reason: 'Because.' },
    createdBy: 'token:someone',
    dataset: { version: 1, fingerprint: digest('1') },
    priority: 0,
    recipe: { size: 32 },
    init: { kind: 'random' },
    requires: { gpu: false, memoryBytes: 0 },
    gate: DEFAULT_GATE,
    maxAttempts: 3,
    ...more,
  };
}
