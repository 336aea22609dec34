/**
 * People who log in, the sessions of their browsers, and one-time codes that open one. A token that
 * a person makes acts for that person. Of passwords there is what scrypt makes of them, of all
 * other secrets the SHA-256.
 */
export const PEOPLE = `
  CREATE TABLE people (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'labeller', 'operator', 'admin')),
    password TEXT,
    password_at INTEGER,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    disabled_at INTEGER
  ) STRICT, WITHOUT ROWID;

  ALTER TABLE api_tokens ADD COLUMN person TEXT REFERENCES people (name);
  CREATE INDEX api_tokens_by_name ON api_tokens (name);

  CREATE TABLE login_sessions (
    id TEXT PRIMARY KEY,
    secret_hash TEXT NOT NULL UNIQUE,
    person TEXT REFERENCES people (name),
    token_id TEXT REFERENCES api_tokens (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    CHECK (person IS NOT NULL OR token_id IS NOT NULL)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX login_sessions_by_person ON login_sessions (person);
  CREATE INDEX login_sessions_by_end ON login_sessions (expires_at);

  CREATE TABLE login_codes (
    secret_hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('login', 'invitation')),
    person TEXT REFERENCES people (name),
    token_id TEXT REFERENCES api_tokens (id),
    expires_at INTEGER NOT NULL,
    CHECK (person IS NOT NULL OR token_id IS NOT NULL)
  ) STRICT, WITHOUT ROWID;

  ALTER TABLE audit_entries ADD COLUMN via TEXT;
  `;
