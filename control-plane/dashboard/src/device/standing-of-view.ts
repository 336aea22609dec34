import type { DeviceView } from '../../../src/resources/device.ts';
import { type Clock, type Standing, standingOf } from '../fleet/rows/standing.ts';

/** How a device stands, in the word that Fleet has for it. */
export function standingOfView(
  { state, lastSeenAt, revokedAt }: Pick<DeviceView, 'state' | 'lastSeenAt' | 'revokedAt'>,
  clock: Clock,
): Standing {
  if (revokedAt !== null) return 'revoked';
  return standingOf(
    { state, lastSeenAt: lastSeenAt === null ? null : Date.parse(lastSeenAt) },
    clock,
  );
}
