import type { DeviceId } from '@edgeloop/protocol';
import type { Database } from '../../database/open-stores.ts';
import type { RolloutId } from '../rollout-id.ts';
import { type DeviceState, MOVING_STATES } from '../states/device-states.ts';

/** A device that was told too long ago. */
export interface Overdue {
  readonly device: DeviceId;
  readonly state: DeviceState;
  /** It was offline when it was told, and has shown no life since: it can't know. */
  readonly away: boolean;
  /** It was revoked, or is being decommissioned: nothing that it says is let in. */
  readonly left: boolean;
}

/** Those at it that were told before a time. @param toldBefore by wave, from 0 */
export async function overdueDevices(
  database: Database,
  rollout: RolloutId,
  toldBefore: readonly number[],
  limit: number,
): Promise<Overdue[]> {
  const rows = await database
    .selectFrom('rollout_devices as ours')
    .leftJoin('devices', 'devices.device', 'ours.device')
    .leftJoin('accounts', 'accounts.name', 'ours.device')
    .leftJoin('enrolments', 'enrolments.device', 'ours.device')
    .select(['ours.device', 'ours.state', 'outcome', 'told_at', 'last_seen_at'])
    .select(['revoked_at', 'leaving_at'])
    .where('rollout', '=', rollout)
    .where('ours.state', 'in', MOVING_STATES)
    .where((is) =>
      is.or(
        toldBefore.map((time, wave) => is.and([is('wave', '=', wave), is('told_at', '<=', time)])),
      ),
    )
    .orderBy('ours.device')
    .limit(limit)
    .execute();
  return rows.map(({ device, state, outcome, told_at, last_seen_at, revoked_at, leaving_at }) => ({
    device,
    state,
    away: outcome === 'offline' && (last_seen_at ?? 0) <= (told_at ?? 0),
    left: revoked_at !== null || leaving_at !== null,
  }));
}
