import { seconds } from '@edgeloop/protocol';
import type { RolloutPlan } from './plan.ts';

type PlannedWave = RolloutPlan['waves'][number];

/**
 * How long a wave must bake at least, so that its gates see the frames that they ask for. A canary
 * with one frame a minute has none of them after half an hour, and would go back, however good its
 * model is.
 * @param rates Frames a second of each device of the wave, as it reported last; null or 0: it may
 * have any
 * @returns milliseconds; null: the planned bake is enough, as far as is known
 */
export function bakeNeeded({ gates, bakeMillis }: PlannedWave, rates: readonly (number | null)[]) {
  const known = rates.filter((rate): rate is number => rate !== null && rate > 0);
  const unknown = rates.length - known.length;
  const fastest = known.sort((a, b) => b - a);
  const total = known.reduce((sum, rate) => sum + rate, 0);
  const needed = gates.map((gate): number => {
    if (gate.kind === 'minimum-reports') {
      const { limit, minimum } = gate;
      const asked = Math.max(minimum.devices, Math.ceil(limit * rates.length)) - unknown;
      const slowest = fastest[asked - 1];
      return slowest === undefined ? 0 : minimum.frames / slowest;
    }
    if (gate.kind === 'latency' && unknown === 0 && total > 0) return gate.minimum.frames / total;
    return 0;
  });
  const least = seconds(Math.ceil(Math.max(0, ...needed)));
  return least > bakeMillis ? least : null;
}
