/**
 * Tasks, their models and aliases. A model version is named by its manifest's digest and never
 * changes but for `state` and what goes with it. `alias_changes` only grows.
 */
export const REGISTRY = `
  CREATE TABLE tasks (
    task TEXT PRIMARY KEY,
    classes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE model_versions (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    task TEXT NOT NULL REFERENCES tasks (task),
    name TEXT NOT NULL,
    manifest TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('announced', 'checking', 'registered', 'refused')),
    refusal TEXT,
    signature TEXT,
    accuracy REAL,
    dataset TEXT NOT NULL,
    parent TEXT,
    job TEXT,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    decided_at INTEGER
  ) STRICT;
  CREATE INDEX model_versions_by_task ON model_versions (task, id);
  CREATE INDEX model_versions_by_dataset ON model_versions (dataset);

  CREATE TABLE model_files (
    digest TEXT NOT NULL REFERENCES model_versions (digest),
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (digest, path)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX model_files_by_content ON model_files (sha256);

  CREATE TABLE model_aliases (
    task TEXT NOT NULL REFERENCES tasks (task),
    alias TEXT NOT NULL,
    digest TEXT NOT NULL REFERENCES model_versions (digest),
    set_at INTEGER NOT NULL,
    set_by TEXT NOT NULL,
    PRIMARY KEY (task, alias)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX model_aliases_by_model ON model_aliases (digest);

  CREATE TABLE alias_changes (
    id INTEGER PRIMARY KEY,
    task TEXT NOT NULL REFERENCES tasks (task),
    alias TEXT NOT NULL,
    from_digest TEXT,
    to_digest TEXT,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL
  ) STRICT;
  CREATE INDEX alias_changes_by_task ON alias_changes (task, id);
  `;
