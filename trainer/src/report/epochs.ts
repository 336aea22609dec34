import type { TimedEvent } from './events-file.ts';
import type { EpochFigures } from './run-record.ts';

/** The epochs of a run from its events. One that a kill undid, and a resumed run went through again, counts as it was last. */
export function epochsOf(events: readonly TimedEvent[]): EpochFigures[] {
  const epochs = new Map<number, EpochFigures>();
  for (const event of events) {
    if (event.kind !== 'epoch') continue;
    const { epoch, loss, accuracy, validationLoss, validationAccuracy, learningRate } = event;
    epochs.set(epoch, { epoch, loss, accuracy, validationLoss, validationAccuracy, learningRate });
  }
  return [...epochs.values()].sort((a, b) => a.epoch - b.epoch);
}
