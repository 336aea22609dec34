import { EdgeloopError, type Reason, type Sha256 } from '@edgeloop/protocol';
import { readFailure } from '../state/read-failure.ts';
import { isWorthAnother } from './is-worth-another.ts';
import { runsBy, type SlotRecord } from './machine/slot-record.ts';
import type { UpdateEvent } from './machine/update-event.ts';
import { outcomeOf } from './outcome-of.ts';
import type { RetryUntilDone } from './retry-until-done.ts';

export interface GoBackOptions {
  readonly retry: Pick<RetryUntilDone, 'run'>;
  /** The model that runs by this record decides again. */
  readonly revert: (record: SlotRecord) => Promise<void>;
  readonly loss: (model: Sha256, reason: Reason) => UpdateEvent;
  /** The record as it would be. */
  readonly after: (losses: readonly UpdateEvent[]) => SlotRecord;
}

/**
 * Goes back to the last good model, or to one before it. A model that can't be gone back to is lost
 * only where another one runs in its place: where none does, it is the device that fails, and each
 * is tried again.
 * @returns the losses, to be written; where `signal` aborted, they are not shown
 */
export async function goBack(
  { retry, revert, loss, after }: GoBackOptions,
  signal: AbortSignal,
): Promise<readonly UpdateEvent[]> {
  let losses: UpdateEvent[] = [];
  let tries = 0;
  const tryOnce = async () => {
    const record = after(losses);
    try {
      await revert(record);
    } catch (error) {
      // The disk may be mended; a package that is no longer what it was will not be.
      const isRead = readFailure(error) === null;
      if (error instanceof EdgeloopError && isRead && !isWorthAnother(error, tries++)) {
        const { model } = runsBy(record);
        losses = [...losses, loss(model, outcomeOf(error).reason)];
        if (runsBy(after(losses)).model === model) losses = [];
        tries = 0;
      }
      throw error;
    }
  };
  await retry.run('the model before can not be gone back to', tryOnce, signal);
  return losses;
}
