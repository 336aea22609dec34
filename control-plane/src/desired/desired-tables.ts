import type { DeviceId, SiteId } from '@edgeloop/protocol';

export interface DesiredTables {
  /** What each device was told last, or is about to be told. */
  desired: {
    device: DeviceId;
    /** Where it was told. */
    site: SiteId;
    version: number;
    /** JSON: `Desired` without its version. */
    body: string;
    /** When the broker had taken it; null: not yet. */
    told_at: number | null;
  };
}
