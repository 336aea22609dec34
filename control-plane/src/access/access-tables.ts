import type { Role } from './roles.ts';

export interface AccessTables {
  api_tokens: {
    id: string;
    name: string;
    role: Role;
    secret_hash: string;
    created_at: number;
    created_by: string;
    /** Whom it acts for; null: nobody, it is a program's. */
    person: string | null;
    expires_at: number | null;
    revoked_at: number | null;
    last_used_at: number | null;
  };
  idempotent_answers: {
    principal: string;
    idempotency_key: string;
    fingerprint: string;
    begun_at: number;
    /** Null while the first request is still being worked on. */
    status: number | null;
    body: string | null;
  };
}
