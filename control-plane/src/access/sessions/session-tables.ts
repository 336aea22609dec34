/**
 * Browsers that are logged in, and codes that log one in. At least one of person and token is
 * there.
 */
export interface SessionTables {
  login_sessions: {
    id: string;
    /** SHA-256 of the cookie. */
    secret_hash: string;
    person: string | null;
    /** The token that it was opened with, and ends with. */
    token_id: string | null;
    /** The session in which the link was made that opened it: it ends with that one. Null: none. */
    opened_by: string | null;
    created_at: number;
    expires_at: number;
    /** To the minute. */
    seen_at: number;
  };
  login_codes: {
    secret_hash: string;
    kind: 'login' | 'invitation';
    person: string | null;
    token_id: string | null;
    /** The session in which it was made, and ends with. Null: none. */
    made_in: string | null;
    expires_at: number;
  };
}
