/**
 * Devices, and what they saw. Detections keep in columns what the API filters and orders by; the
 * rest of the message, which differs by type and may hold fields that a newer device sends, stays
 * as JSON in `body`. `id` is the order of storing.
 */
export const DETECTIONS = `
  CREATE TABLE devices (
    id INTEGER PRIMARY KEY,
    device TEXT NOT NULL UNIQUE,
    site TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'unknown' CHECK (state IN ('online', 'offline', 'unknown')),
    state_at INTEGER,
    boot_id TEXT,
    agent_version TEXT,
    first_seen_at INTEGER NOT NULL,
    last_seen_at INTEGER,
    reported TEXT,
    health TEXT
  ) STRICT;
  CREATE INDEX devices_by_site ON devices (site, device);

  CREATE TABLE camera_states (
    device_id INTEGER NOT NULL REFERENCES devices (id),
    camera TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (device_id, camera)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE models (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE
  ) STRICT;

  CREATE TABLE streams (
    id INTEGER PRIMARY KEY,
    device_id INTEGER NOT NULL REFERENCES devices (id),
    stream TEXT NOT NULL,
    through INTEGER NOT NULL DEFAULT 0,
    stored INTEGER NOT NULL DEFAULT 0,
    touched_at INTEGER NOT NULL,
    UNIQUE (device_id, stream)
  ) STRICT;

  CREATE TABLE tombstones (
    stream_id INTEGER NOT NULL REFERENCES streams (id),
    from_seq INTEGER NOT NULL,
    to_seq INTEGER NOT NULL,
    reason TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (stream_id, from_seq, to_seq, reason)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE detections (
    id INTEGER PRIMARY KEY,
    stream_id INTEGER NOT NULL REFERENCES streams (id),
    seq INTEGER NOT NULL,
    device_id INTEGER NOT NULL REFERENCES devices (id),
    site TEXT NOT NULL,
    camera TEXT NOT NULL,
    slot TEXT NOT NULL,
    model_id INTEGER NOT NULL REFERENCES models (id),
    type TEXT NOT NULL,
    label TEXT NOT NULL,
    score REAL NOT NULL,
    captured_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (stream_id, seq)
  ) STRICT;
  CREATE INDEX detections_by_time ON detections (captured_at, id);
  CREATE INDEX detections_by_device ON detections (device_id, captured_at, id);
  CREATE INDEX detections_by_label ON detections (label, captured_at, id);
  `;
