/**
 * The largest id that a detection was ever given, as far as the table may not show it: its row has
 * gone with its device. SQLite counts on from the largest that is there.
 */
export const DETECTION_IDS = `
  CREATE TABLE detection_ids (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    given INTEGER NOT NULL
  ) STRICT;
  INSERT INTO detection_ids VALUES (1, 0);
`;
