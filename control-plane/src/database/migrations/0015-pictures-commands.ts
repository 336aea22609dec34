/**
 * What devices show and what they are asked. A thumbnail's bytes are a file, the row says that it
 * is there; the last frames of cameras are files alone. A device has one log: that of the newest
 * command that asked for it.
 */
export const PICTURES_AND_COMMANDS = `
  CREATE TABLE occurrence_pictures (
    id INTEGER PRIMARY KEY,
    device TEXT NOT NULL,
    occurrence TEXT NOT NULL,
    camera TEXT NOT NULL,
    captured_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    UNIQUE (device, occurrence)
  ) STRICT;
  CREATE INDEX occurrence_pictures_by_age ON occurrence_pictures (received_at, id);

  CREATE TABLE device_commands (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    device TEXT NOT NULL,
    command TEXT NOT NULL,
    parameters TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    acknowledged_at INTEGER,
    ack TEXT
  ) STRICT;
  CREATE INDEX device_commands_by_device ON device_commands (device, number);
  CREATE INDEX device_commands_by_state ON device_commands (state, expires_at);

  CREATE TABLE device_logs (
    device TEXT PRIMARY KEY,
    command TEXT NOT NULL,
    at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    lines TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`;
