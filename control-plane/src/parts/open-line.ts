import { millis, seconds } from '@edgeloop/protocol';
import type { Admissions } from '../accounts/admissions.ts';
import { IngestWatch } from '../follow/ingest-watch.ts';
import { StoreFollower } from '../follow/store-follower.ts';
import type { DeviceLine } from '../ingest/device-line.ts';
import { DeviceLink } from '../ingest/device-link.ts';
import { Ingest, type IngestOptions } from '../ingest/ingest.ts';
import { LeaseStore } from '../ingest/lease/lease-store.ts';
import { LEASE_TIMES } from '../ingest/lease/lease-times.ts';
import type { Context } from './context.ts';
import type { OpenBroker } from './open-broker.ts';

type IngestCallback = 'mayStore' | 'onStored' | 'onAck' | 'onBatch';

interface Dependencies extends Pick<IngestOptions, IngestCallback> {
  readonly admissions: Admissions;
  readonly broker: Pick<OpenBroker, 'brokerUrl' | 'brokerCa'>;
}

export interface OpenLine {
  readonly line: DeviceLine;
  /** Null: this process ingests itself. */
  readonly ingests: Pick<IngestWatch, 'problem' | 'generation'> | null;
}

/** What devices say is seen in the dashboard so soon after it was stored, and some more. */
const FOLLOW_EVERY = millis(250);

/**
 * The way from devices to what acts on their word, and back: within this process, or by what others
 * have stored.
 */
export function openLine(context: Context, joined: Dependencies): OpenLine {
  const { config, surroundings, lifecycle, store, metrics, time } = context;
  const { admissions, broker, mayStore, onStored, onAck, onBatch } = joined;
  const common = { ...surroundings, ...broker, admissions, onAck };
  if (config.ingest === 'within') {
    const ingest = new Ingest({
      ...common,
      store,
      metrics,
      mayStore,
      onStored,
      onBatch,
      now: () => time.latest(),
    });
    ingest.start();
    lifecycle.add(() => ingest.close());
    return { line: ingest, ingests: null };
  }
  const { database } = context;
  const link = new DeviceLink(common);
  link.start();
  lifecycle.add(() => link.close());
  const follower = new StoreFollower({
    database,
    onBatch,
    onStored,
    log: surroundings.log,
    every: FOLLOW_EVERY,
  });
  follower.start();
  lifecycle.add(() => follower.close());
  const watch = new IngestWatch({
    leases: new LeaseStore(database),
    every: seconds(1),
    patience: LEASE_TIMES.patience,
    clock: () => performance.now(),
  });
  watch.start();
  lifecycle.add(() => watch.close());
  return { line: link, ingests: watch };
}
