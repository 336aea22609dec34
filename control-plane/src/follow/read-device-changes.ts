import {
  type BootId,
  type DeviceAddress,
  type EpochMillis,
  epochMillis,
  type Reported,
  timestamp,
} from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';
import type { StoreRecord } from '../store/record.ts';

/** The position up to which changes were read: a revision of the fleet, and a device within it. */
export interface DeviceChangeCursor {
  readonly revision: number;
  readonly id: number;
}

export const BEGINNING: DeviceChangeCursor = { revision: -1, id: 0 };

/** Devices of a page. */
const PAGE = 500;

/**
 * Reads the newest status and the newest report of devices that have sent one of them since.
 * @param fresh whether they were said just now; false: at some time before
 */
export async function readDeviceChanges(
  database: Database,
  since: DeviceChangeCursor,
  fresh: boolean,
): Promise<{
  readonly records: readonly StoreRecord[];
  readonly next: DeviceChangeCursor;
  readonly more: boolean;
}> {
  const rows = await database
    .selectFrom('device_figures')
    .innerJoin('devices', 'devices.id', 'device_id')
    .select(['device_id', 'said_revision', 'site', 'device', 'reported', 'first_seen_at'])
    .select(['state', 'state_at', 'boot_id', 'agent_version', 'last_seen_at'])
    .where((is) =>
      is.or([
        is('said_revision', '>', since.revision),
        is.and([is('said_revision', '=', since.revision), is('device_id', '>', since.id)]),
      ]),
    )
    .orderBy('said_revision')
    .orderBy('device_id')
    .limit(PAGE)
    .execute();
  const last = rows.at(-1);
  return {
    records: rows.flatMap((row) => recordsOf(row, !fresh)),
    next: last ? { revision: last.said_revision, id: last.device_id } : since,
    more: rows.length === PAGE,
  };
}

interface DeviceRow extends DeviceAddress {
  readonly reported: string | null;
  readonly state: 'online' | 'offline' | 'unknown';
  readonly state_at: number | null;
  readonly boot_id: string | null;
  readonly agent_version: string | null;
  readonly first_seen_at: number;
  readonly last_seen_at: number | null;
}

function recordsOf(row: DeviceRow, retained: boolean): StoreRecord[] {
  const { site, device, state, state_at: at, boot_id: bootId, agent_version: agent } = row;
  const receivedAt = epochMillis(row.last_seen_at ?? row.first_seen_at);
  const common = { site, device, retained };
  const records: StoreRecord[] = [];
  if (state !== 'unknown' && at !== null && bootId !== null) {
    const status = { state, bootId: bootId as BootId, agentVersion: agent ?? '' };
    const message = { ...status, at: timestamp(at) };
    records.push({ ...common, name: 'status', receivedAt: at as EpochMillis, message });
  }
  if (row.reported !== null) {
    const message = JSON.parse(row.reported) as Reported;
    records.push({ ...common, name: 'reported', receivedAt, message });
  }
  return records;
}
