import type { Lifecycle } from '@edgeloop/daemon';
import type { ControlPlaneConfig } from '../config.ts';
import type { Database } from '../database/open-stores.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { DatabaseCheck } from '../integrity/database-check.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { RetentionStore } from '../retention/retention-store.ts';
import type { Store } from '../store/store.ts';
import type { Surroundings } from '../surroundings.ts';
import type { TrustedTime } from '../trusted-time/trusted-time.ts';

/**
 * What every part of the control plane may use. What it starts it adds to `lifecycle`, which closes
 * it.
 */
export interface Context {
  readonly config: ControlPlaneConfig;
  readonly surroundings: Surroundings;
  readonly lifecycle: Lifecycle;
  readonly store: Store;
  /** Null: the rows are in PostgreSQL. */
  readonly integrity: DatabaseCheck | null;
  readonly database: Database;
  readonly events: EventBus;
  readonly metrics: Metrics;
  readonly retention: RetentionStore;
  /** By which what is kept grows old. */
  readonly time: TrustedTime;
}
