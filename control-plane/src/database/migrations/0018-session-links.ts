/**
 * A session that a login link opened knows in which session the link was made, and ends with it; so
 * does a link that nobody used.
 */
export const SESSION_LINKS = `
  ALTER TABLE login_sessions ADD COLUMN opened_by TEXT REFERENCES login_sessions (id) ON DELETE SET NULL;
  CREATE INDEX login_sessions_by_opener ON login_sessions (opened_by);
  ALTER TABLE login_codes ADD COLUMN made_in TEXT REFERENCES login_sessions (id) ON DELETE CASCADE;
  CREATE INDEX login_codes_by_session ON login_codes (made_in);
  `;
