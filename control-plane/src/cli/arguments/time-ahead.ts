import { DURATION_PATTERN, parseDuration } from '@edgeloop/protocol/quantity';
import { ControlPlaneError } from '../../errors.ts';

/**
 * A moment from now on, `90d`, or as it is written, RFC 3339.
 * @returns RFC 3339, UTC, milliseconds
 * @throws ControlPlaneError `OPTION_INVALID`
 */
export function timeAhead(text: string, now: number): string {
  if (new RegExp(DURATION_PATTERN).test(text)) {
    return new Date(now + parseDuration(text)).toISOString();
  }
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return new Date(at).toISOString();
  const message = `Expected a duration such as 90d, or a time such as 2027-01-01T00:00:00Z, received ${text}.`;
  throw new ControlPlaneError('OPTION_INVALID', message);
}
