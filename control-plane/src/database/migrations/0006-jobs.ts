/** Training jobs, what their trainers tell, how tasks are trained, and how scores drift. */
export const JOBS = `
  CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    task TEXT NOT NULL,
    state TEXT NOT NULL
      CHECK (state IN ('queued', 'leased', 'running', 'succeeded', 'failed', 'cancelled')),
    active_key TEXT UNIQUE,
    priority INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    trigger_json TEXT NOT NULL,
    dataset_version INTEGER NOT NULL,
    dataset_fingerprint TEXT NOT NULL,
    recipe TEXT NOT NULL,
    init TEXT NOT NULL,
    gate TEXT NOT NULL,
    requires TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    lease_id TEXT,
    lease_expires_at INTEGER,
    trainer TEXT,
    started_at INTEGER,
    ended_at INTEGER,
    progress TEXT,
    epochs TEXT NOT NULL,
    reason TEXT,
    package TEXT,
    verdict TEXT,
    log_lines INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX jobs_by_age ON jobs (created_at, id);
  CREATE INDEX jobs_by_task ON jobs (task, created_at, id);
  CREATE INDEX jobs_by_state ON jobs (state, priority, created_at);

  CREATE TABLE job_logs (
    job_id TEXT NOT NULL REFERENCES jobs (id),
    line INTEGER NOT NULL,
    at INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (job_id, line)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE job_files (
    job_id TEXT NOT NULL REFERENCES jobs (id),
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    begun_at INTEGER NOT NULL,
    path TEXT,
    taken_at INTEGER,
    PRIMARY KEY (job_id, sha256)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX job_files_by_digest ON job_files (sha256);

  CREATE TABLE training_settings (
    task TEXT PRIMARY KEY,
    settings TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    schedule_seen_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE score_drift (
    device TEXT NOT NULL,
    model TEXT NOT NULL,
    state TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    told_at INTEGER,
    PRIMARY KEY (device, model)
  ) STRICT, WITHOUT ROWID;
  `;
