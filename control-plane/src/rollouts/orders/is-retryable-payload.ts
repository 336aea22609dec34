import type { RolloutPlan } from '../plan/plan.ts';

/**
 * Whether a device that failed tries the same payload again when it is told to. A model comes by a
 * new assignment each time; of a configuration a device remembers which versions it refused or took
 * back, and to be told the same version again changes nothing.
 */
export const isRetryablePayload = ({ cargo }: Pick<RolloutPlan, 'cargo'>): boolean =>
  cargo.kind !== 'configuration';
