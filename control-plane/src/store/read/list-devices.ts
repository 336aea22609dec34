import type { DeviceId, SiteId } from '@edgeloop/protocol';
import { timestamp } from '@edgeloop/protocol/ids';
import type { DevicePage, DeviceQuery, DeviceSummary } from '../../resources/device.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';
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
  enrolled_at: number | null;
  revoked_at: number | null;
}

/** What is known of devices, and what they are to the fleet; null where they never enrolled. */
export const DEVICE_ROWS = `
  SELECT devices.*, enrolled_at, revoked_at FROM devices
    LEFT JOIN enrolments ON enrolments.device = devices.device
    LEFT JOIN accounts ON accounts.name = enrolments.device`;

/** One condition for each filter. */
const CONDITIONS = {
  site: 'devices.site = ?',
  state: 'state = ?',
  tag: 'EXISTS (SELECT 1 FROM device_tags t WHERE t.device = devices.device AND tag = ?)',
} as const;
const ATTRIBUTE =
  'EXISTS (SELECT 1 FROM device_attributes a WHERE a.device = devices.device AND name = ? AND value IN (?, ?))';

/** Devices by name. @throws ControlPlaneError `REQUEST_INVALID` for a wrong cursor */
export function listDevices(
  database: SqlDatabase,
  { cursor, limit, ...filters }: DeviceQuery & { limit: number },
): DevicePage {
  const [after = ''] = cursor ? decodeCursor('device', ['string'], cursor) : [];
  const { conditions, parameters } = conditionsOf(filters);
  const rows = database
    .prepare<unknown[], DeviceRow>(
      `${DEVICE_ROWS} WHERE ${['devices.device > ?', ...conditions].join(' AND ')}
       ORDER BY devices.device LIMIT ?`,
    )
    .all(after, ...parameters, limit);
  const last = rows.at(-1);
  return {
    devices: rows.map((row) => summarize(database, row)),
    next: last && rows.length === limit ? encodeCursor('device', [last.device]) : null,
  };
}

function conditionsOf(filters: Omit<DeviceQuery, 'cursor' | 'limit'>) {
  const conditions: string[] = [];
  const parameters: string[] = [];
  for (const [name, value] of Object.entries(filters)) {
    const attribute = /^attribute\.(.+)$/.exec(name)?.[1];
    conditions.push(
      attribute === undefined ? CONDITIONS[name as keyof typeof CONDITIONS] : ATTRIBUTE,
    );
    // The text 12 and the number 12 are both meant.
    if (attribute === undefined) parameters.push(value);
    else
      parameters.push(attribute, JSON.stringify(value), value === '' ? '' : String(Number(value)));
  }
  return { conditions, parameters };
}

export function summarize(database: SqlDatabase, row: DeviceRow): DeviceSummary {
  return {
    site: row.site,
    device: row.device,
    state: row.state,
    stateAt: time(row.state_at),
    firstSeenAt: timestamp(row.first_seen_at),
    lastSeenAt: time(row.last_seen_at),
    agentVersion: row.agent_version,
    bootId: row.boot_id as DeviceSummary['bootId'],
    enrolledAt: time(row.enrolled_at),
    revokedAt: time(row.revoked_at),
    ...marksOf(database, row.device),
  };
}

function marksOf(
  database: SqlDatabase,
  device: DeviceId,
): Pick<DeviceSummary, 'tags' | 'attributes'> {
  const tags = database
    .prepare<[DeviceId], string>('SELECT tag FROM device_tags WHERE device = ? ORDER BY tag')
    .pluck()
    .all(device);
  const attributes = database
    .prepare<[DeviceId], { name: string; value: string }>(
      'SELECT name, value FROM device_attributes WHERE device = ? ORDER BY name',
    )
    .all(device);
  const entries = attributes.map(({ name, value }) => [name, JSON.parse(value)]);
  return { tags, attributes: Object.fromEntries(entries) };
}

const time = (millis: number | null) => (millis === null ? null : timestamp(millis));
