/** What of several processes one alone does. */
export interface LeaseTables {
  leases: {
    name: 'ingest';
    /** One more with each holder: who wakes up late has a lower one, and writes nothing. */
    generation: number;
    /** One more with each sign of life. */
    beat: number;
    /** JSON: `ProcessIdentity`; null: nobody has it. */
    holder: string | null;
  };
}
