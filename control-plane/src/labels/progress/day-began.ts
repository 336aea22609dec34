import { type EpochMillis, epochMillis, timestamp } from '@edgeloop/protocol';
import { ControlPlaneError } from '../../errors.ts';

const DAY = 24 * 3600 * 1000;
/** What is counted for a day must not become a count of everything. */
const LONGEST = 7 * DAY;

/**
 * When the asker's day began; midnight UTC where nobody says.
 * @param since RFC 3339
 * @throws ControlPlaneError `REQUEST_INVALID` for one more than a week ago
 */
export function dayBegan(since: string | undefined, now: EpochMillis): EpochMillis {
  if (since === undefined) return epochMillis(now - (now % DAY));
  const began = Date.parse(since);
  if (began >= now - LONGEST) return epochMillis(began);
  throw new ControlPlaneError(
    'REQUEST_INVALID',
    `Expected a time of the last seven days for since, received ${since}; it is ${timestamp(now)} here.`,
  );
}
