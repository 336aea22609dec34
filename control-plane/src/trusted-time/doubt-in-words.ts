import { type EpochMillis, timestamp } from '@edgeloop/protocol';

const DAY = 86_400_000;
const HOUR = 3_600_000;

/**
 * What an operator is told, and can do.
 * @param ahead of what has surely passed, in ms; negative: behind
 */
export function doubtInWords(now: EpochMillis, ahead: number): string {
  const far = Math.abs(ahead);
  const length = far >= 2 * DAY ? `${Math.floor(far / DAY)} d` : `${Math.floor(far / HOUR)} h`;
  const where =
    ahead > 0
      ? `${length} later than is sure: the machine was off, or its clock is wrong`
      : `${length} before what is known to have passed`;
  return `The clock says ${timestamp(now)}, ${where}. Nothing is removed for an age that only this clock gives it. Set it if it is wrong; if it is right, say so: edgeloop retention confirm-clock.`;
}
