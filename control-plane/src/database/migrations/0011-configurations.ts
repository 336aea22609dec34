/**
 * Named configurations of devices. A version's number is its own over all names: it is what a
 * device is told and reports. A device's newest assignment is what holds; `version` null: its own
 * agent.yaml alone.
 */
export const CONFIGURATIONS = `
  CREATE TABLE configurations (
    name TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE configuration_versions (
    version INTEGER PRIMARY KEY,
    configuration TEXT NOT NULL REFERENCES configurations (name),
    settings TEXT NOT NULL,
    note TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL
  ) STRICT;
  CREATE INDEX configuration_versions_by_name ON configuration_versions (configuration, version);

  CREATE TABLE configuration_assignments (
    id INTEGER PRIMARY KEY,
    device TEXT NOT NULL,
    version INTEGER REFERENCES configuration_versions (version),
    source TEXT NOT NULL,
    assigned_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX configuration_assignments_by_device ON configuration_assignments (device, id);

  CREATE TABLE configuration_reports (
    device TEXT PRIMARY KEY,
    report TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`;
