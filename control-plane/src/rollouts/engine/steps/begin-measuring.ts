import type { RolloutPlan } from '../../plan/plan.ts';
import type { RolloutRow } from '../../store/rollout-tables.ts';
import type { EngineParts } from '../engine-parts.ts';

/** From here on the wave is measured; again for the same wave is nothing. */
export async function beginMeasuring(
  { reader, measures }: Pick<EngineParts, 'reader' | 'measures'>,
  { id, wave }: RolloutRow,
  { cargo }: RolloutPlan,
): Promise<void> {
  if (cargo.kind !== 'model') return;
  // A wave is told in many steps, and its names are many.
  if (await measures.hasBegun({ rollout: id, wave })) return;
  const unended = await reader.inState(id, ['told', 'updating', 'probation', 'late'], {
    throughWave: wave - 1,
    limit: 10_000,
  });
  await measures.begin({
    rollout: id,
    wave,
    slot: cargo.slot,
    model: cargo.model,
    devices: await reader.namesOfWave(id, wave),
    excluded: unended.map(({ device }) => device),
  });
}
