import type { TrainedEpoch } from '@edgeloop/protocol';

/**
 * The curve with what a trainer tells: one that went on from a checkpoint tells later epochs again,
 * perhaps otherwise.
 */
export function mergeEpochs(
  known: readonly TrainedEpoch[],
  told: readonly TrainedEpoch[],
): readonly TrainedEpoch[] {
  const first = Math.min(...told.map(({ epoch }) => epoch));
  return told.length === 0 ? known : [...known.filter(({ epoch }) => epoch < first), ...told];
}
