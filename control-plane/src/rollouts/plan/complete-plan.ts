import { ControlPlaneError } from '../../errors.ts';
import { DEFAULT_GATES, DEFAULT_SHADOW_GATES } from '../gates/default-gates.ts';
import type { GateKind, GateSettings } from '../gates/gate-settings.ts';
import type { Cargo, NewRollout, RolloutPlan, WaveSize } from './plan.ts';
import { checkWindow } from './window.ts';

const BAKE = 30 * 60_000;
const DEADLINE = 60 * 60_000;
/**
 * The plan with every default in its place.
 * @throws ControlPlaneError `REQUEST_INVALID` for one that can't be meant
 */
export function completePlan({ window, atOnce, shadow, waves, ...asked }: NewRollout): RolloutPlan {
  if (window) checkWindow(window);
  checkStart(asked.start);
  checkPercentages(waves.map(({ size }) => size));
  for (const { gates = [] } of waves) checkGates(asked.cargo, gates);
  if (shadow && asked.cargo.kind !== 'model') {
    const message = 'Expected a model for a shadow phase, received a configuration.';
    throw new ControlPlaneError('REQUEST_INVALID', message);
  }
  return {
    name: nameOf(asked),
    target: {},
    start: 'now',
    offline: 'wait',
    priority: 0,
    approval: false,
    champion: asked.cargo.kind === 'model',
    ...asked,
    waves: waves.map((wave) => ({
      bakeMillis: BAKE,
      deadlineMillis: DEADLINE,
      gates: gatesOf(asked.cargo),
      ...wave,
    })),
    window: window ?? null,
    atOnce: atOnce ?? null,
    shadow: shadow ? { gates: [...DEFAULT_SHADOW_GATES], ...shadow } : null,
  };
}

/** Of a configuration nothing is measured but what became of the update. */
const ON_UPDATES: readonly GateKind[] = ['update-success', 'update-errors'];

function gatesOf({ kind }: Cargo): GateSettings[] {
  return DEFAULT_GATES.filter((gate) => kind === 'model' || ON_UPDATES.includes(gate.kind));
}

function checkGates({ kind }: Cargo, gates: readonly GateSettings[]): void {
  const other = gates.find((gate) => kind !== 'model' && !ON_UPDATES.includes(gate.kind));
  if (!other) return;
  const message = `Expected gates ${ON_UPDATES.join(' and ')} for a configuration, received ${other.kind}: nothing else is measured of it.`;
  throw new ControlPlaneError('REQUEST_INVALID', message);
}

function nameOf({ name, cargo }: Pick<NewRollout, 'name' | 'cargo'>): string {
  if (name !== undefined) return name;
  if (cargo.kind === 'configuration') return `configuration ${cargo.version}`;
  return `${cargo.slot}: ${cargo.model.slice(0, 12)}`;
}

/** What has the form of a time may be none: the 13th month would begin never. */
function checkStart(start: NewRollout['start'] = 'now'): void {
  if (start === 'now' || start === 'by hand' || Number.isFinite(Date.parse(start))) return;
  const message = `Expected now, by hand, or a time such as 2026-11-24T00:22:22.123Z as start, received ${start}.`;
  throw new ControlPlaneError('REQUEST_INVALID', message);
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
