/**
 * Up to which assignment of a configuration a rollout of one was planned over: what a person sets
 * on a device after that stays. Of those that were planned before: up to now.
 */
export const LAST_SAID = `
  ALTER TABLE rollouts ADD COLUMN last_said INTEGER;
  UPDATE rollouts
    SET last_said = (SELECT coalesce(max(id), 0) FROM configuration_assignments)
    WHERE lane = 'configuration';
`;
