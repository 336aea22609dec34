/**
 * How each device did, over time: of each step (milliseconds) a ring of rows, so that what is kept
 * is bounded by itself and nothing is ever swept. `place` comes round; `at` is the begin of what
 * lies there. Figures are REAL: a device may say any number, and none of its words may fail a
 * commit that others share. And when health was heard last, and an index for who draws occurrences.
 */
export const HEALTH_HISTORY = `
  CREATE TABLE health_history (
    device_id INTEGER NOT NULL REFERENCES devices (id),
    step INTEGER NOT NULL,
    place INTEGER NOT NULL,
    at INTEGER NOT NULL,
    seconds REAL NOT NULL,
    frames REAL NOT NULL,
    skipped REAL NOT NULL,
    lost REAL NOT NULL,
    latency TEXT NOT NULL,
    rss_bytes REAL NOT NULL,
    queued REAL NOT NULL,
    celsius REAL,
    throttled INTEGER,
    disk_free_bytes REAL,
    PRIMARY KEY (device_id, step, place)
  ) STRICT, WITHOUT ROWID;

  ALTER TABLE devices ADD COLUMN health_at INTEGER;

  CREATE INDEX detections_of_occurrences ON detections (device_id, camera, captured_at, type, label, score)
    WHERE type IN ('new', 'end');
`;
