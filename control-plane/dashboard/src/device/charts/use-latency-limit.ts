import type { RolloutView } from '../../../../src/resources/rollout.ts';
import type { DeviceRun } from '../../../../src/resources/run.ts';
import { path } from '../../api/path.ts';
import { useResource } from '../../api/use-resource.ts';

/**
 * What the rollout that brought the model allows of the 95th percentile, in ms; undefined: no limit
 * is set.
 */
export function useLatencyLimit(runs: readonly DeviceRun[]): number | undefined {
  const brought = runs.find(({ until, rollout }) => until === null && rollout !== null)?.rollout;
  const { value } = useResource<RolloutView>(brought ? path`/api/rollouts/${brought.id}` : null);
  const limits = (value?.plan.waves ?? [])
    .flatMap(({ gates }) => gates)
    .flatMap((gate) => (gate.kind === 'latency' && gate.limit !== undefined ? [gate.limit] : []));
  return limits.length === 0 ? undefined : Math.min(...limits);
}
