import { type EpochMillis, type Millis, millis } from '@edgeloop/protocol';

/** A server that says more is not taken at its word. */
const LONGEST = 24 * 3_600_000;

/** `Retry-After`: seconds, or a date (RFC 9110, 10.2.3). Null: absent, or neither. */
export function parseRetryAfter(header: string | undefined, now: EpochMillis): Millis | null {
  if (header === undefined) return null;
  const text = header.trim();
  if (/^\d+$/.test(text)) return bounded(Number(text) * 1000);
  // Nearly anything is a date to `Date.parse`.
  const date = / GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : bounded(date - now);
}

const bounded = (wait: number): Millis => millis(Math.min(LONGEST, Math.max(0, wait)));
