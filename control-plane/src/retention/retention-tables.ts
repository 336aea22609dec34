import type { BoundName } from './retention-bounds.ts';

export interface RetentionTables {
  /** Bounds that were set; of others the options of the process hold. */
  retention_settings: {
    bound: BoundName;
    /** ms or bytes; null: no bound. */
    value: number | null;
  };
}
