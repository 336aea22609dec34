import type { RolloutPlan } from '../../plan/plan.ts';
import { targetTest } from '../../plan/target.ts';
import type { FleetDevice } from '../../store/fleet-reader.ts';
import type { AssignmentRow, RolloutRow } from '../../store/rollout-tables.ts';
import type { EngineParts } from '../engine-parts.ts';
import { SHADOW_WAVE } from '../shadow-wave.ts';

/** The candidate looks on, on these devices, before it decides on any: measured from now. */
export async function prepareShadows(
  { assignments, measures }: EngineParts,
  { id }: RolloutRow,
  { cargo, shadow }: RolloutPlan,
  waves: readonly (readonly FleetDevice[])[],
): Promise<AssignmentRow[]> {
  if (!shadow || cargo.kind !== 'model') return [];
  const { slot, model } = cargo;
  const chosen =
    shadow.devices === 'first wave'
      ? (waves[0] ?? [])
      : waves.flat().filter(targetTest(shadow.devices));
  const given = chosen
    // A model that decides can't be compared with itself.
    .filter(({ reported: { slots } }) => slots[slot]?.model !== model)
    .map(({ device, reported: { slots } }) => ({
      device,
      model,
      seen: slots[slot]?.shadow?.generation ?? 0,
    }));
  const devices = given.map(({ device }) => device);
  const window = { rollout: id, wave: SHADOW_WAVE, slot, model, devices, excluded: [] };
  // A start before, which was refused in the end, may have been of other devices, and long ago.
  await measures.begin(window, true);
  const of = { slot, purpose: 'shadow', rollout: id, every: shadow.every } as const;
  return assignments.prepare(given, of);
}
