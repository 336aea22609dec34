import { randomUUID } from 'node:crypto';
import type { RolloutPreview, RolloutRequest } from '../resources/rollout.ts';
import type { EngineParts } from './engine/engine-parts.ts';
import { findConflicts } from './engine/steps/conflicts.ts';
import { planWaves } from './engine/steps/start-rollout.ts';
import { completePlan } from './plan/complete-plan.ts';
import type { RolloutId } from './rollout-id.ts';

const NAMED = 1000;

/**
 * Who would be in which wave, were it to start now, who of them is offline, and which other rollouts have some.
 * @throws ControlPlaneError `REQUEST_INVALID`, and what `Lane.check` throws
 */
export async function previewRollout(
  parts: Pick<EngineParts, 'fleet' | 'laneOf' | 'reader'>,
  { rollout = randomUUID() as string as RolloutId, ...asked }: RolloutRequest,
): Promise<RolloutPreview> {
  const plan = completePlan(asked);
  const lane = parts.laneOf(plan.cargo);
  await lane.check();
  const { waves, left } = await planWaves(parts, rollout, plan);
  const names = waves.flatMap((wave) => wave.map(({ device }) => device));
  const { priority } = plan;
  const conflicts = await findConflicts(parts, { id: rollout, lane: lane.name, priority }, names);
  return {
    ...{ rollout, plan, target: names.length + left },
    waves: waves.map((devices, wave) => ({
      ...{ wave, devices: devices.length },
      names: devices.slice(0, NAMED).map(({ device }) => device),
      already: devices.filter(({ reported }) => lane.has(reported)).length,
      offline: devices.filter(({ offline }) => offline).length,
    })),
    offline: waves
      .flatMap((wave) => wave.flatMap(({ device, offline }) => (offline ? [device] : [])))
      .slice(0, NAMED),
    conflicts: conflicts.map(({ rollout: other, name, state, yields, devices }) => ({
      ...{ rollout: other, name, state, yields, devices: devices.length },
      names: devices.slice(0, NAMED).map(({ device }) => device),
    })),
  };
}
