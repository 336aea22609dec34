/**
 * Between two calls of the engine, after the last one of an epoch, before another engine goes on,
 * or after all.
 */
export type Moment = 'call' | 'epoch' | 'phase' | 'end';

/** Epochs of a few seconds are not worth the hundred megabytes each. */
const EPOCH_SHARE = 1 / 6;

/**
 * @param every Seconds between checkpoints within an epoch; at the end of one a sixth of them is
 * enough.
 */
export function checkpointDue(moment: Moment, secondsSince: number, every: number): boolean {
  if (moment === 'phase') return true;
  // What is not saved in between is never gone on with.
  if (moment === 'end') return Number.isFinite(every);
  return secondsSince >= every * (moment === 'epoch' ? EPOCH_SHARE : 1);
}
