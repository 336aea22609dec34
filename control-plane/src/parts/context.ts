import type { Parts } from '@edgeloop/daemon';
import type { ControlPlaneConfig } from '../config.ts';
import type { Database } from '../database/open-stores.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { RetentionStore } from '../retention/retention-store.ts';
import type { Store } from '../store/store.ts';
import type { Surroundings } from '../surroundings.ts';

/** What every part of the control plane may use. What it starts it adds to `parts`, which closes it. */
export interface Context {
  readonly config: ControlPlaneConfig;
  readonly surroundings: Surroundings;
  readonly parts: Parts;
  readonly store: Store;
  readonly database: Database;
  readonly events: EventBus;
  readonly metrics: Metrics;
  readonly retention: RetentionStore;
}
