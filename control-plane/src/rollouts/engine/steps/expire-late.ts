import type { RolloutPlan } from '../../plan/plan.ts';
import type { DeviceMove } from '../../store/move-devices.ts';
import type { RolloutRow } from '../../store/rollout-tables.ts';
import type { EngineParts } from '../engine-parts.ts';
import { takeStep } from '../take-step.ts';

const BATCH = 5000;

/** Devices that were told too long ago are late: the wave waits for them no more. */
export async function expireLate(parts: EngineParts, row: RolloutRow): Promise<RolloutRow | null> {
  const { waves } = JSON.parse(row.plan) as RolloutPlan;
  const now = parts.now();
  const toldBefore = waves.slice(0, row.wave + 1).map(({ deadlineMillis }) => now - deadlineMillis);
  const late = await parts.reader.overdue(row.id, toldBefore, BATCH);
  if (late.length === 0) return null;
  const moves = late.map(({ device, state }): DeviceMove => {
    const outcome = state === 'told' ? 'silent' : 'hung';
    return { device, from: state, event: 'expire', outcome };
  });
  const silent = moves.filter(({ outcome }) => outcome === 'silent').length;
  return takeStep(parts, row, {
    decision: {
      ...{ event: 'expire', by: 'engine' },
      reason: `${late.length} devices are late: ${silent} never said a word, ${late.length - silent} began and did not end.`,
      figures: {
        ...{ silent, hung: late.length - silent },
        devices: late.slice(0, 100).map(({ device }) => device),
      },
    },
    moves,
  });
}
