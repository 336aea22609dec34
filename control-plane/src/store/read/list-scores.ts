import type { DeviceId, EpochMillis, Health, Sha256, SiteId } from '@edgeloop/protocol';
import type { DeviceScores } from '../../jobs/drift/drift-watch.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';

interface ScoresRow {
  device: DeviceId;
  site: SiteId;
  health: string;
  last_seen_at: EpochMillis;
}

/**
 * What the newest health of each device says of its models' scores, by name of the device.
 * @param after names above
 */
export function listScores(
  database: SqlDatabase,
  { after, limit }: { readonly after: string; readonly limit: number },
): DeviceScores[] {
  const rows = database
    .prepare<object, ScoresRow>(
      `SELECT device, site, health, last_seen_at FROM devices
       WHERE device > @after AND health IS NOT NULL AND last_seen_at IS NOT NULL ORDER BY device LIMIT @limit`,
    )
    .all({ after, limit });
  return rows.map(({ device, site, health, last_seen_at }) => {
    const { bootId, models } = JSON.parse(health) as Health;
    const scores = Object.entries(models).map(([model, { scores }]) => [model as Sha256, scores]);
    return {
      device,
      site,
      boot: bootId,
      // Its own clock may be years off.
      at: last_seen_at,
      models: Object.fromEntries(scores),
    };
  });
}
