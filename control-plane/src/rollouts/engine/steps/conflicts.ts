import type { DeviceId } from '@edgeloop/protocol';
import { inBatches } from '../../../database/in-batches.ts';
import { ControlPlaneError } from '../../../errors.ts';
import type { RolloutId } from '../../rollout-id.ts';
import type { RolloutState } from '../../states/rollout-states.ts';
import type { RolloutDeviceRow, RolloutRow } from '../../store/rollout-tables.ts';
import type { EngineParts } from '../engine-parts.ts';

/** Devices that another rollout has. */
export interface Taken {
  readonly rollout: RolloutId;
  readonly devices: readonly RolloutDeviceRow[];
}

export interface Conflict extends Taken {
  readonly name: string;
  readonly state: RolloutState;
  /** Whether they may be taken away: the other is of a lower priority, and not on its way back. */
  readonly yields: boolean;
}

/** Which of the devices other rollouts have for themselves. */
export async function findConflicts(
  { reader }: Pick<EngineParts, 'reader'>,
  row: Pick<RolloutRow, 'id' | 'lane' | 'priority'>,
  devices: readonly DeviceId[],
): Promise<Conflict[]> {
  const byRollout = new Map<RolloutId, RolloutDeviceRow[]>();
  for (const batch of inBatches(devices)) {
    for (const claim of await reader.claims(row.lane, row.id, batch)) {
      const claimed = byRollout.get(claim.rollout) ?? [];
      byRollout.set(claim.rollout, claimed);
      claimed.push(claim);
    }
  }
  const conflicts: Conflict[] = [];
  for (const [rollout, claimed] of byRollout) {
    const { name, priority, state } = await reader.head(rollout);
    const yields = priority < row.priority && state !== 'rolling-back';
    conflicts.push({ rollout, name, state, devices: claimed, yields });
  }
  return conflicts;
}

/**
 * Holds within a transaction alone, by a reader of it: between two others may begin.
 * @returns whose devices are taken away
 * @throws ControlPlaneError `ROLLOUT_CONFLICT` where others have some, and do not yield
 */
export async function requireFree(
  parts: Pick<EngineParts, 'reader'>,
  row: Pick<RolloutRow, 'id' | 'lane' | 'priority'>,
  devices: readonly DeviceId[],
): Promise<Taken[]> {
  const conflicts = await findConflicts(parts, row, devices);
  const hard = conflicts.filter(({ yields }) => !yields);
  if (hard.length === 0) return conflicts;
  const named = hard.map(({ rollout, devices: claimed }) => {
    const names = claimed.slice(0, 20).map(({ device }) => device);
    const more = claimed.length > names.length ? ` and ${claimed.length - names.length} more` : '';
    return `rollout ${rollout} has ${names.join(', ')}${more}`;
  });
  throw new ControlPlaneError(
    'ROLLOUT_CONFLICT',
    `Expected devices that no other rollout has on ${row.lane}, received some that are: ${named.join('; ')}. Wait for it, abort it, or give this one a higher priority.`,
  );
}
