/**
 * What devices counted over their boots, when they booted, what ran in their slots, and from where
 * on waves of rollouts are measured. Of `device_totals`: what earlier boots counted, the last word
 * on shadows, and totals as they stood an hour ago or more. Of `wave_baselines`: the same as it
 * stood when the wave began, copied.
 */
export const MEASURES = `
  CREATE TABLE device_totals (
    device_id INTEGER PRIMARY KEY REFERENCES devices (id),
    health_carried TEXT,
    shadow TEXT,
    shadow_carried TEXT,
    marked_at INTEGER,
    mark TEXT,
    mark_before TEXT
  ) STRICT;

  CREATE TABLE device_boots (
    device_id INTEGER NOT NULL REFERENCES devices (id),
    boot_id TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (device_id, boot_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX device_boots_by_time ON device_boots (device_id, seen_at);

  CREATE TABLE device_runs (
    id INTEGER PRIMARY KEY,
    device_id INTEGER NOT NULL REFERENCES devices (id),
    slot TEXT NOT NULL,
    model TEXT NOT NULL,
    name TEXT NOT NULL,
    generation INTEGER,
    from_at INTEGER NOT NULL,
    until_at INTEGER
  ) STRICT;
  CREATE INDEX device_runs_by_device ON device_runs (device_id, from_at);
  CREATE UNIQUE INDEX device_runs_open ON device_runs (device_id, slot) WHERE until_at IS NULL;

  CREATE TABLE wave_windows (
    rollout TEXT NOT NULL,
    wave INTEGER NOT NULL,
    slot TEXT NOT NULL,
    model TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    PRIMARY KEY (rollout, wave)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE wave_baselines (
    rollout TEXT NOT NULL,
    wave INTEGER NOT NULL,
    device_id INTEGER NOT NULL REFERENCES devices (id),
    side TEXT NOT NULL CHECK (side IN ('wave', 'control')),
    model TEXT,
    health TEXT,
    health_carried TEXT,
    earlier TEXT,
    shadow TEXT,
    shadow_carried TEXT,
    PRIMARY KEY (rollout, wave, device_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX wave_baselines_by_device ON wave_baselines (device_id);
  `;
