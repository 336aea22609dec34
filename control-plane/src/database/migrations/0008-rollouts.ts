/**
 * Rollouts, where each of their devices is, and why they went on. `rollout_decisions` and
 * `assignments` only grow. `lane` is what a rollout moves of a device: `model/<slot>` or
 * `configuration`; of one lane a device is in one rollout at a time.
 */
export const ROLLOUTS = `
  CREATE TABLE rollouts (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    lane TEXT NOT NULL,
    cargo TEXT NOT NULL,
    plan TEXT NOT NULL,
    priority INTEGER NOT NULL,
    state TEXT NOT NULL
      CHECK (state IN ('awaiting-approval', 'scheduled', 'shadowing', 'rolling', 'baking', 'paused',
        'completed', 'aborted', 'rolling-back', 'rolled-back')),
    paused_from TEXT,
    revision INTEGER NOT NULL,
    wave INTEGER NOT NULL,
    cutoffs TEXT NOT NULL,
    since INTEGER NOT NULL,
    wave_began_at INTEGER,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    approved_at INTEGER,
    approved_by TEXT,
    start_at INTEGER,
    started_at INTEGER,
    ended_at INTEGER,
    reason TEXT
  ) STRICT;
  CREATE INDEX rollouts_by_age ON rollouts (created_at, id);
  CREATE INDEX rollouts_by_state ON rollouts (state, priority);

  CREATE TABLE rollout_devices (
    rollout TEXT NOT NULL REFERENCES rollouts (id),
    device TEXT NOT NULL,
    wave INTEGER NOT NULL,
    state TEXT NOT NULL
      CHECK (state IN ('pending', 'told', 'updating', 'probation', 'late', 'done', 'failed', 'skipped',
        'rolling-back', 'rolled-back', 'stranded')),
    since INTEGER NOT NULL,
    generation INTEGER,
    before_value TEXT,
    told_at INTEGER,
    attempts INTEGER NOT NULL,
    outcome TEXT,
    reason TEXT,
    PRIMARY KEY (rollout, device)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX rollout_devices_by_state ON rollout_devices (rollout, state, wave);
  CREATE INDEX rollout_devices_by_device ON rollout_devices (device, state);

  CREATE TABLE rollout_decisions (
    id INTEGER PRIMARY KEY,
    rollout TEXT NOT NULL REFERENCES rollouts (id),
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    wave INTEGER NOT NULL,
    reason TEXT NOT NULL,
    figures TEXT NOT NULL
  ) STRICT;
  CREATE INDEX rollout_decisions_by_rollout ON rollout_decisions (rollout, id);

  CREATE TABLE assignments (
    device TEXT NOT NULL,
    slot TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('active', 'shadow')),
    generation INTEGER NOT NULL,
    model TEXT NOT NULL,
    rollout TEXT REFERENCES rollouts (id),
    every INTEGER,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    key_id TEXT NOT NULL,
    assignment TEXT NOT NULL,
    taken_at INTEGER,
    ended_at INTEGER,
    PRIMARY KEY (device, slot, purpose, generation)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX assignments_by_rollout ON assignments (rollout, purpose) WHERE ended_at IS NULL;
  CREATE INDEX assignments_to_renew ON assignments (expires_at) WHERE taken_at IS NULL AND ended_at IS NULL;

  CREATE TABLE desired (
    device TEXT PRIMARY KEY,
    site TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    told_at INTEGER
  ) STRICT, WITHOUT ROWID;
  `;
