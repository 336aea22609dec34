/**
 * Which assignments of a configuration take back what a rollout had changed: what a person set holds
 * again, then. Of those that were made before: who had spoken of the device before took that back.
 */
export const TAKEN_BACK = `
  ALTER TABLE configuration_assignments ADD COLUMN takes_back INTEGER NOT NULL DEFAULT 0;
  UPDATE configuration_assignments
    SET takes_back = 1
    WHERE source LIKE 'rollout:%' AND EXISTS (
      SELECT 1 FROM configuration_assignments AS earlier
        WHERE earlier.device = configuration_assignments.device
          AND earlier.source = configuration_assignments.source
          AND earlier.id < configuration_assignments.id
    );
`;
