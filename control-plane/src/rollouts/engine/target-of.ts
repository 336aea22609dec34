import type { Lane } from '../lanes/lane.ts';
import type { RolloutPlan } from '../plan/plan.ts';
import { targetTest } from '../plan/target.ts';
import type { FleetDevice } from '../store/fleet-reader.ts';

/** Whom a rollout is for: they fit its filter, and have what it moves. */
export function targetOf(
  { target }: Pick<RolloutPlan, 'target'>,
  lane: Pick<Lane, 'valueOf'>,
): (device: Pick<FleetDevice, 'device' | 'site' | 'tags' | 'attributes' | 'reported'>) => boolean {
  const fits = targetTest(target);
  return (device) => fits(device) && lane.valueOf(device.reported) !== undefined;
}
