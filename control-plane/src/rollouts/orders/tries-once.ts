import type { RolloutPlan } from '../plan/plan.ts';

/**
 * Whether a device tries what it is told once. It remembers which versions of a configuration it refused or took back, and to be told the
 * same version again changes nothing; a model comes by a new assignment each time.
 */
export const triesOnce = ({ cargo }: Pick<RolloutPlan, 'cargo'>): boolean =>
  cargo.kind === 'configuration';
