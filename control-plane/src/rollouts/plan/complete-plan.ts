import { ControlPlaneError } from '../../errors.ts';
import { DEFAULT_GATES } from '../gates/default-gates.ts';
import type { GateSettings } from '../gates/gate-settings.ts';
import type { NewRollout, RolloutPlan, WaveSize } from './plan.ts';
import { checkWindow } from './window.ts';

const BAKE = 30 * 60_000;
const DEADLINE = 60 * 60_000;
const SHADOW_GATES: readonly GateSettings[] = [
  {
    ...{ kind: 'shadow-agreement', limit: 0.9, classLimit: 0.8, alpha: 0.01, onFailure: 'pause' },
    minimum: { devices: 1, frames: 200, classFrames: 50 },
  },
];

/**
 * The plan with every default in its place.
 * @throws ControlPlaneError `REQUEST_INVALID` for one that can't be meant
 */
export function completePlan({ window, atOnce, shadow, waves, ...asked }: NewRollout): RolloutPlan {
  if (window) checkWindow(window);
  checkPercentages(waves.map(({ size }) => size));
  if (shadow && asked.cargo.kind !== 'model') {
    const message = 'Expected a model for a shadow phase, received a configuration.';
    throw new ControlPlaneError('REQUEST_INVALID', message);
  }
  return {
    ...{ name: nameOf(asked), target: {}, start: 'now', offline: 'wait', priority: 0 },
    ...{ approval: false, champion: asked.cargo.kind === 'model' },
    ...asked,
    waves: waves.map((wave) => ({
      ...{ bakeMillis: BAKE, deadlineMillis: DEADLINE, gates: [...DEFAULT_GATES] },
      ...wave,
    })),
    ...{ window: window ?? null, atOnce: atOnce ?? null },
    shadow: shadow ? { gates: [...SHADOW_GATES], ...shadow } : null,
  };
}

function nameOf({ name, cargo }: Pick<NewRollout, 'name' | 'cargo'>): string {
  if (name !== undefined) return name;
  if (cargo.kind === 'configuration') return `configuration ${cargo.version}`;
  return `${cargo.slot}: ${cargo.model.slice(0, 12)}`;
}

function checkPercentages(sizes: readonly WaveSize[]): void {
  let before = 0;
  for (const size of sizes) {
    if (!('percent' in size)) continue;
    if (size.percent <= before) {
      const message = `Expected percentages that rise, since each is of the whole target with the waves before, received ${size.percent} after ${before}.`;
      throw new ControlPlaneError('REQUEST_INVALID', message);
    }
    before = size.percent;
  }
}
