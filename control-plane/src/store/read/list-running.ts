import type { DeviceId, Reported, Sha256, SiteId, SlotId, Timestamp } from '@edgeloop/protocol';
import { timestamp } from '@edgeloop/protocol/ids';
import type { SqlDatabase } from '../sql/sql-database.ts';

export interface RunningDevice {
  readonly site: SiteId;
  readonly device: DeviceId;
  /** In which the model is. */
  readonly slots: readonly SlotId[];
  /** Null: only kept messages of it are known. */
  readonly lastSeenAt: Timestamp | null;
}

interface RunningRow {
  site: SiteId;
  device: DeviceId;
  reported: string;
  last_seen_at: number | null;
}

/** The first devices that run a model, as each reported last, by name. */
export function listRunning(
  database: SqlDatabase,
  { model, limit }: { readonly model: Sha256; readonly limit: number },
): RunningDevice[] {
  const rows = database
    .prepare<object, RunningRow>(
      `SELECT site, device, reported, last_seen_at FROM devices
       WHERE reported LIKE @named ORDER BY device LIMIT @limit`,
    )
    // The name of a model may hold another's digest: what the slots say is what counts.
    .all({ limit, named: `%${model}%` });
  return rows.flatMap(({ site, device, reported, last_seen_at }) => {
    const slots = slotsOf(JSON.parse(reported), model);
    const lastSeenAt = last_seen_at === null ? null : timestamp(last_seen_at);
    return slots.length > 0 ? [{ site, device, slots, lastSeenAt }] : [];
  });
}

function slotsOf({ slots }: Reported, model: Sha256): SlotId[] {
  return Object.entries(slots).flatMap(([slot, running]) =>
    running.model === model ? [slot as SlotId] : [],
  );
}
