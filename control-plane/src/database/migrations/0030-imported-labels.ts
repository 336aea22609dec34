/**
 * Which labels an import brought: nobody said them by hand. Of those that were there before: who
 * imported the picture said them, and they settle nothing, while an operator's word by hand does.
 */
export const IMPORTED_LABELS = `
  ALTER TABLE label_events ADD COLUMN imported INTEGER NOT NULL DEFAULT 0;
  UPDATE label_events
    SET imported = 1
    WHERE kind = 'class' AND settles = 0 AND EXISTS (
      SELECT 1 FROM sightings
        WHERE sightings.sample_id = label_events.sample_id
          AND sightings.imported_by = label_events.said_by
    );
`;
