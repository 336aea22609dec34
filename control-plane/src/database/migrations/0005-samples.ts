/**
 * Samples, labels and datasets. A sample's label and what the queue orders by are kept with it,
 * derived from `label_events` and `sightings` in the same transaction. `dataset_samples` refers to
 * pictures by digest: it outlives them.
 */
export const SAMPLES = `
  CREATE TABLE samples (
    id INTEGER PRIMARY KEY,
    task TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    type TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    look TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('random', 'chosen', 'imported')),
    group_id TEXT NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('train', 'validation', 'test')),
    straddles INTEGER NOT NULL,
    uncertainty REAL,
    guess TEXT,
    received_at INTEGER NOT NULL,
    label_state TEXT NOT NULL DEFAULT 'unlabelled'
      CHECK (label_state IN ('unlabelled', 'disputed', 'class', 'none')),
    label TEXT,
    labelled_at INTEGER,
    leased_by TEXT,
    leased_until INTEGER,
    UNIQUE (task, sha256)
  ) STRICT;
  CREATE INDEX samples_by_digest ON samples (sha256);
  CREATE INDEX samples_by_uncertainty ON samples (task, label_state, uncertainty, id);
  CREATE INDEX samples_by_origin ON samples (task, label_state, origin, id);
  CREATE INDEX samples_by_label ON samples (task, label, id);
  CREATE INDEX samples_by_group ON samples (task, group_id);
  CREATE INDEX samples_by_lease ON samples (leased_by) WHERE leased_by IS NOT NULL;

  CREATE TABLE sightings (
    id INTEGER PRIMARY KEY,
    sample_id INTEGER NOT NULL REFERENCES samples (id),
    task TEXT NOT NULL,
    site TEXT,
    device TEXT,
    camera TEXT,
    slot TEXT,
    model TEXT,
    captured_at INTEGER,
    received_at INTEGER NOT NULL,
    reasons TEXT NOT NULL,
    scores TEXT NOT NULL,
    burst TEXT,
    source TEXT,
    imported_by TEXT
  ) STRICT;
  CREATE INDEX sightings_by_sample ON sightings (sample_id, id);
  CREATE INDEX sightings_by_time ON sightings (task, device, captured_at);
  CREATE INDEX sightings_by_burst ON sightings (burst) WHERE burst IS NOT NULL;

  CREATE TABLE looks (
    task TEXT NOT NULL,
    device TEXT NOT NULL,
    look TEXT NOT NULL,
    group_id TEXT NOT NULL,
    side TEXT NOT NULL,
    band_0 INTEGER NOT NULL,
    band_1 INTEGER NOT NULL,
    band_2 INTEGER NOT NULL,
    band_3 INTEGER NOT NULL,
    PRIMARY KEY (task, device, look)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX looks_by_band_0 ON looks (task, device, band_0);
  CREATE INDEX looks_by_band_1 ON looks (task, device, band_1);
  CREATE INDEX looks_by_band_2 ON looks (task, device, band_2);
  CREATE INDEX looks_by_band_3 ON looks (task, device, band_3);

  CREATE TABLE sample_uploads (
    upload TEXT NOT NULL,
    task TEXT NOT NULL,
    device TEXT NOT NULL,
    site TEXT NOT NULL,
    record TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    PRIMARY KEY (upload, task)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sample_uploads_by_age ON sample_uploads (begun_at);

  CREATE TABLE sample_budgets (
    task TEXT PRIMARY KEY,
    per_hour INTEGER NOT NULL,
    per_day INTEGER NOT NULL,
    bytes_per_day INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE label_events (
    id INTEGER PRIMARY KEY,
    sample_id INTEGER NOT NULL REFERENCES samples (id),
    task TEXT NOT NULL,
    said_by TEXT NOT NULL,
    said_at INTEGER NOT NULL,
    settles INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('class', 'none', 'skip', 'undo')),
    class TEXT,
    undoes INTEGER REFERENCES label_events (id)
  ) STRICT;
  CREATE INDEX label_events_by_sample ON label_events (sample_id, id);
  CREATE INDEX label_events_by_person ON label_events (task, said_by, id);

  CREATE TABLE dataset_versions (
    task TEXT NOT NULL,
    number INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    classes TEXT NOT NULL,
    counts TEXT NOT NULL,
    PRIMARY KEY (task, number)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE dataset_samples (
    task TEXT NOT NULL,
    number INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    label TEXT NOT NULL,
    side TEXT NOT NULL,
    unbiased INTEGER NOT NULL,
    device TEXT,
    camera TEXT,
    removed_at INTEGER,
    PRIMARY KEY (task, number, sha256),
    FOREIGN KEY (task, number) REFERENCES dataset_versions (task, number)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX dataset_samples_removed ON dataset_samples (task, number) WHERE removed_at IS NOT NULL;
  CREATE INDEX dataset_samples_by_digest ON dataset_samples (sha256);
`;
