import type { DeviceId, SiteId, Timestamp } from '@edgeloop/protocol';
import { timestamp } from '@edgeloop/protocol/ids';
import type { SqlDatabase } from '../sql/sql-database.ts';

export interface SilentDevice {
  readonly site: SiteId;
  readonly device: DeviceId;
  readonly lastSeenAt: Timestamp;
}

/**
 * Devices that have said nothing since. Those that never said a word are not silent, they are new;
 * those that are revoked are meant to be.
 */
export function listSilent(database: SqlDatabase, since: number): SilentDevice[] {
  return database
    .prepare<[number], { site: SiteId; device: DeviceId; at: number }>(
      `SELECT site, device, last_seen_at AS at FROM devices WHERE last_seen_at < ? AND NOT EXISTS (
         SELECT 1 FROM accounts WHERE name = device AND revoked_at IS NOT NULL)
       ORDER BY device`,
    )
    .all(since)
    .map(({ at, ...device }) => ({ ...device, lastSeenAt: timestamp(at) }));
}
