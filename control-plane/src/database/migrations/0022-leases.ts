/**
 * What of several processes one alone does: under which number, and as what of its signs of life.
 * And which accounts have changed since: a process that keeps them in memory reads those again, and
 * `revision` tells it whether it has to. `said_revision` is that of the fleet when a device last
 * told its status or what runs on it, for who follows the store instead of the broker.
 */
export const LEASES = `
  CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    generation INTEGER NOT NULL,
    beat INTEGER NOT NULL,
    holder TEXT
  ) STRICT;
  INSERT INTO leases VALUES ('ingest', 0, 0, NULL);

  CREATE TABLE roster (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    revision INTEGER NOT NULL
  ) STRICT;
  INSERT INTO roster VALUES (1, 0);
  CREATE TABLE roster_changes (
    name TEXT PRIMARY KEY,
    revision INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX roster_changes_by_revision ON roster_changes (revision);

  ALTER TABLE device_figures ADD COLUMN said_revision INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX device_figures_by_said ON device_figures (said_revision, device_id);
`;
