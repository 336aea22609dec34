import { epochMillis } from '@edgeloop/protocol';
import type { GateSettings } from '../gates/gate-settings.ts';
import type { UpdateFigures, WaveFigures } from '../gates/wave-figures.ts';
import type { RolloutPlan } from '../plan/plan.ts';
import type { RolloutRow } from '../store/rollout-tables.ts';
import type { EngineParts } from './engine-parts.ts';
import { SHADOW_WAVE } from './shadow-wave.ts';

/**
 * What of a rollout is judged: the time in which the candidate only looks on, or one wave, from 0.
 */
export type Stage = 'shadow' | number;

/** What is under way. @param row of a paused one: where it was */
export const stageOf = ({ state, wave }: Pick<RolloutRow, 'state' | 'wave'>): Stage =>
  state === 'shadowing' ? 'shadow' : wave;

export function gatesOf({ waves, shadow }: RolloutPlan, stage: Stage): readonly GateSettings[] {
  return (stage === 'shadow' ? shadow?.gates : waves[stage]?.gates) ?? [];
}

/**
 * What its gates go by. Of a configuration that is what became of the updates alone.
 * @throws ControlPlaneError `NOT_FOUND` while nobody of the wave was told
 */
export async function measureStage(
  { measures, now }: Pick<EngineParts, 'measures' | 'now'>,
  row: Pick<RolloutRow, 'id' | 'state' | 'wave' | 'wave_began_at' | 'since'>,
  { cargo }: Pick<RolloutPlan, 'cargo'>,
  updates: UpdateFigures,
): Promise<WaveFigures> {
  if (cargo.kind !== 'model') {
    const window = { from: epochMillis(row.wave_began_at ?? row.since), to: now() };
    return { window, updates, wave: [], control: [] };
  }
  const stage = stageOf(row);
  const wave = stage === 'shadow' ? SHADOW_WAVE : stage;
  return measures.measureWave({ rollout: row.id, wave }, updates);
}
