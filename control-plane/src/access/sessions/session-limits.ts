import { type Millis, millis } from '@edgeloop/protocol';

const HOUR = 3_600_000;

/** A session ends so long after its login, whatever happens in it. */
export const LONGEST: Millis = millis(30 * 24 * HOUR);
/** A session ends when nothing is asked in it for so long. An open stream of events asks. */
export const LONGEST_IDLE: Millis = millis(24 * HOUR);
/** When a session was seen is written at most so often. */
export const SEEN_EVERY: Millis = millis(60_000);
/** For a login link. */
export const LOGIN_CODE_COUNTS: Millis = millis(HOUR / 4);
export const INVITATION_COUNTS: Millis = millis(3 * 24 * HOUR);
