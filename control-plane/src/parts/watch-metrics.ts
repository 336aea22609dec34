import type { DeviceLine } from '../ingest/device-line.ts';
import { countByState } from '../metrics/count-by-state.ts';
import type { DiskGuard } from '../retention/disk-guard.ts';
import type { Context } from './context.ts';
import type { OpenBroker } from './open-broker.ts';
import type { OpenLine } from './open-line.ts';

interface Watched {
  readonly broker: OpenBroker['broker'];
  readonly ingest: Pick<DeviceLine, 'waiting' | 'problem'>;
  readonly ingests: OpenLine['ingests'];
  readonly disk: Pick<DiskGuard, 'free'>;
}

/** The metrics read from the parts whenever they are asked for. */
export function watchMetrics(
  { metrics, database, store, time, integrity }: Context,
  { broker, ingest, ingests, disk }: Watched,
): void {
  metrics.watch({
    waiting: () => ingest.waiting,
    connected: () => ingest.problem === null,
    broker: () => broker && { clients: broker.clients, ...broker.kept },
    ingests,
    devices: () => store.read('countDevices', null),
    freeBytes: () => disk.free,
    clock: time,
    integrity,
    jobs: () => countByState(database, 'jobs'),
    rollouts: () => countByState(database, 'rollouts'),
  });
}
