import type { DeviceView } from '../../../src/resources/device.ts';
import { type Clock, type Connectivity, connectivityOf } from '../fleet/rows/connectivity.ts';

/** The connectivity of a device, in the word that Fleet has for it. */
export function connectivityOfView(
  { state, lastSeenAt, revokedAt }: Pick<DeviceView, 'state' | 'lastSeenAt' | 'revokedAt'>,
  clock: Clock,
): Connectivity {
  if (revokedAt !== null) return 'revoked';
  return connectivityOf(
    { state, lastSeenAt: lastSeenAt === null ? null : Date.parse(lastSeenAt) },
    clock,
  );
}
