import type { PersonRole } from '../roles.ts';

/** Who logs in. A name is never given to somebody else: the audit log and labels bear it. */
export interface PeopleTables {
  people: {
    name: string;
    role: PersonRole;
    /** As `hashPassword` makes it; null: an invitation was not taken yet. */
    password: string | null;
    password_at: number | null;
    created_at: number;
    created_by: string;
    disabled_at: number | null;
  };
}
