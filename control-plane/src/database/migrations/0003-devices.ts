/**
 * Who may speak MQTT, and as whom. Devices and subscribers have one namespace: a broker knows them
 * by their name alone. `devices` (1) is what was heard of a device, `enrolments` is what it may.
 */
export const DEVICES = `
  CREATE TABLE accounts (
    name TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('device', 'subscriber')),
    secret_hash TEXT NOT NULL,
    mosquitto_hash TEXT NOT NULL,
    generation INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    revoked_at INTEGER
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE enrolment_tokens (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    secret_hash TEXT NOT NULL UNIQUE,
    site TEXT NOT NULL,
    pattern TEXT,
    tags TEXT NOT NULL,
    may_replace INTEGER NOT NULL,
    uses INTEGER NOT NULL,
    used INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE enrolments (
    device TEXT PRIMARY KEY REFERENCES accounts (name),
    site TEXT NOT NULL,
    public_key TEXT NOT NULL UNIQUE,
    token TEXT NOT NULL,
    enrolled_at INTEGER NOT NULL,
    leaving_at INTEGER,
    with_pictures INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX enrolments_by_site ON enrolments (site, device);

  CREATE TABLE device_tags (
    device TEXT NOT NULL REFERENCES enrolments (device),
    tag TEXT NOT NULL,
    PRIMARY KEY (device, tag)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX device_tags_by_tag ON device_tags (tag, device);

  CREATE TABLE device_attributes (
    device TEXT NOT NULL REFERENCES enrolments (device),
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (device, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX device_attributes_by_value ON device_attributes (name, value, device);

  CREATE TABLE subscribers (
    name TEXT PRIMARY KEY REFERENCES accounts (name),
    sites TEXT NOT NULL,
    devices TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `;
