import { type EpochMillis, epochMillis } from '@edgeloop/protocol';
import { Cron } from 'croner';
import { ControlPlaneError } from '../../errors.ts';

/**
 * When a cron expression of five fields comes next, after a time; null: never again. In a time
 * zone, so that "at two" stays at two when clocks change.
 * @throws ControlPlaneError `REQUEST_INVALID`
 */
export function nextTime(
  { cron, timezone }: { readonly cron: string; readonly timezone: string },
  after: EpochMillis,
): EpochMillis | null {
  try {
    const next = new Cron(cron, { timezone, mode: '5-part' }).nextRun(new Date(after));
    return next === null ? null : epochMillis(next.getTime());
  } catch (cause) {
    const message = `Expected a cron expression of five fields and an IANA time zone, such as 30 2 * * SUN and UTC, received ${JSON.stringify(cron)} and ${JSON.stringify(timezone)}: ${(cause as Error).message}`;
    throw new ControlPlaneError('REQUEST_INVALID', message, { cause });
  }
}
