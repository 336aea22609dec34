/** Who may use the API, what they changed, and answers that are kept for who asks again. */
export const ACCESS = `
  CREATE TABLE api_tokens (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'labeller', 'trainer', 'operator', 'admin')),
    secret_hash TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    last_used_at INTEGER
  ) STRICT;

  CREATE TABLE audit_entries (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    principal TEXT NOT NULL,
    address TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    status INTEGER NOT NULL,
    request TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_by_action ON audit_entries (action, id);
  CREATE INDEX audit_by_principal ON audit_entries (principal, id);

  CREATE TABLE idempotent_answers (
    principal TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    status INTEGER,
    body TEXT,
    PRIMARY KEY (principal, idempotency_key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX idempotent_answers_by_age ON idempotent_answers (begun_at);
  `;
