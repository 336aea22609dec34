import type { Generated } from 'kysely';

export interface AuditTables {
  audit_entries: {
    id: Generated<number>;
    at: number;
    principal: string;
    /** The token that acted for a person. */
    via: string | null;
    address: string;
    action: string;
    subject: string;
    status: number;
    /** JSON: what was asked for, without secrets. */
    request: string;
  };
}
