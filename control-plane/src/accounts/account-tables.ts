/** What a client of the broker says its name is, and how it proves that. */
export interface AccountTables {
  accounts: {
    name: string;
    kind: 'device' | 'subscriber';
    /** SHA-256 of the password, hexadecimal. */
    secret_hash: string;
    /** The same in Mosquitto's form: it can't be made from the other. */
    mosquitto_hash: string;
    /** One more with each new password. */
    generation: number;
    changed_at: number;
    revoked_at: number | null;
  };
  /** One row: how often an account has changed. */
  roster: { only: 1; revision: number };
  /** At which of these changes each last did; also of accounts that are gone. */
  roster_changes: { name: string; revision: number };
  subscribers: {
    name: string;
    /** JSON: site ids. */
    sites: string;
    /** JSON: device ids. */
    devices: string;
    created_at: number;
    created_by: string;
  };
}
