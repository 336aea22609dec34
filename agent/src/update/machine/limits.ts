import { type Backoff, millis } from '@edgeloop/protocol';

/** Between two tries of what may pass. Sixteen of them are about two hours. */
export const RETRY: Backoff = { base: millis(5_000), cap: millis(15 * 60_000) };

/** Tries in a row that brought it no further; then it has failed. */
export const MAX_FAILURES = 16;

/**
 * Starts of the agent's process while it tests, activates or is in probation: with this one it
 * ends.
 */
export const MAX_BOOTS = 3;

/**
 * Writes of the record for one assignment: what goes round in circles for whatever reason ends
 * here. Source: Mender's state machine.
 */
export const MAX_WRITES = 100;
