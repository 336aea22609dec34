/**
 * How devices do, in figures: of the time between the last two words on their health. `revision` is
 * that of the fleet when the row of a device last changed, so that one who has seen a revision is
 * told only what came after.
 */
export const FLEET = `
  CREATE TABLE fleet_revision (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    revision INTEGER NOT NULL
  ) STRICT;
  INSERT INTO fleet_revision VALUES (1, 1);

  CREATE TABLE device_figures (
    device_id INTEGER PRIMARY KEY REFERENCES devices (id),
    revision INTEGER NOT NULL,
    raised_at INTEGER NOT NULL,
    fps REAL,
    inference_millis REAL,
    celsius REAL,
    failed_at INTEGER,
    lost_at INTEGER,
    restarted_at INTEGER
  ) STRICT;
  CREATE INDEX device_figures_by_revision ON device_figures (revision);
  INSERT INTO device_figures (device_id, revision, raised_at) SELECT id, 1, 0 FROM devices;
`;
