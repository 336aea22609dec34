import type { Health } from '@edgeloop/protocol';

/**
 * What is counted of samples since the agent started. What is on the disk stands with the store.
 */
export type SampleCounters = Omit<
  NonNullable<Health['samples']>,
  'evicted' | 'waiting' | 'waitingBytes'
>;

export function newSampleCounters(): SampleCounters {
  return {
    kept: { random: 0, requested: 0, uncertain: 0, rare: 0, changed: 0, disagreed: 0 },
    overBudget: 0,
    cooling: 0,
    duplicates: 0,
    dropped: 0,
    failed: 0,
    uploaded: 0,
    refused: 0,
  };
}
