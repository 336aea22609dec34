import type { DeviceId, SiteId } from '@edgeloop/protocol';
import { timestamp } from '@edgeloop/protocol/ids';
import type { Database } from '@edgeloop/sqlite';
import type { DevicePage, DeviceQuery, DeviceSummary } from '../../resources/device.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

export interface DeviceRow {
  id: number;
  device: DeviceId;
  site: SiteId;
  state: DeviceSummary['state'];
  state_at: number | null;
  boot_id: string | null;
  agent_version: string | null;
  first_seen_at: number;
  last_seen_at: number | null;
  reported: string | null;
  health: string | null;
}

/** Devices by name. @throws ControlPlaneError `REQUEST_INVALID` for a wrong cursor */
export function listDevices(
  database: Database,
  { site, state, cursor, limit }: DeviceQuery & { limit: number },
): DevicePage {
  const [after = ''] = cursor ? decodeCursor('device', ['string'], cursor) : [];
  const rows = database
    .prepare<object, DeviceRow>(
      `SELECT * FROM devices
       WHERE device > @after AND (@site IS NULL OR site = @site) AND (@state IS NULL OR state = @state)
       ORDER BY device LIMIT @limit`,
    )
    .all({ after, site: site ?? null, state: state ?? null, limit });
  const last = rows.at(-1);
  return {
    devices: rows.map(summarize),
    next: last && rows.length === limit ? encodeCursor('device', [last.device]) : null,
  };
}

export function summarize(row: DeviceRow): DeviceSummary {
  return {
    site: row.site,
    device: row.device,
    state: row.state,
    stateAt: time(row.state_at),
    firstSeenAt: timestamp(row.first_seen_at),
    lastSeenAt: time(row.last_seen_at),
    agentVersion: row.agent_version,
    bootId: row.boot_id as DeviceSummary['bootId'],
  };
}

const time = (millis: number | null) => (millis === null ? null : timestamp(millis));
