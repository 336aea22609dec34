/**
 * In which order rollouts moved a device and told it something: a clock may be set. Of what was
 * before: as the clock says.
 */
export const ORDER_OF_TELLING = `
  ALTER TABLE rollout_devices ADD COLUMN move_number INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE rollout_devices ADD COLUMN told_number INTEGER;
  UPDATE rollout_devices
    SET told_number = told_at, move_number = CASE WHEN told_at > since THEN told_at ELSE since END;
`;
