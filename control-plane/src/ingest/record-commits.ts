import { type EpochMillis, seconds } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import { ControlPlaneError } from '../errors.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { isRecordError } from '../store/is-record-error.ts';
import type { CommitResult, StoreRecord } from '../store/record.ts';
import type { Store } from '../store/store.ts';
import { commitByBisection } from './commit-by-bisection.ts';
import type { RateLimit } from './rate-limit.ts';
import { RefusedDevices } from './refused-devices.ts';

export interface RecordCommitsOptions {
  readonly store: Pick<Store, 'commit'>;
  /** False: the disk is nearly full. Nothing is stored then. */
  readonly mayStore: () => boolean;
  /** Of each batch, when it is on disk. */
  readonly onCommitted: (batch: readonly StoreRecord[], result: CommitResult) => void;
  /** Of what is written to the log. */
  readonly warnings: RateLimit;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly now: () => EpochMillis;
}

/**
 * How long what a device says is left alone after a record of that kind which the store could not
 * take.
 */
const REFUSED_FOR = seconds(30);

/** Stores what devices said, batch by batch; what the store can't take holds up no other. */
export class RecordCommits {
  readonly #options: RecordCommitsOptions;
  readonly #refused: RefusedDevices;

  constructor(options: RecordCommitsOptions) {
    this.#options = options;
    this.#refused = new RefusedDevices(REFUSED_FOR, options.now);
  }

  /** @throws ControlPlaneError `DISK_FULL`, or what the commit throws that is no record's fault */
  commit(batch: readonly StoreRecord[]): Promise<void> {
    return commitByBisection(batch, {
      takes: (record) => this.#takes(record),
      commit: (records) => this.#commit(records),
      blamesItems: (error) => isRecordError((error as Error).cause),
      onRefused: (record, error) => this.#refuse(record, error as Error),
    });
  }

  #takes(record: StoreRecord): boolean {
    if (!this.#refused.rests(record)) return true;
    this.#options.metrics.invalid.inc({ reason: 'DEVICE_RESTS' });
    return false;
  }

  /**
   * A detection is not confirmed by that: the device keeps it, and sends it again until its outbox
   * drops it.
   */
  #refuse(record: StoreRecord, { message: reason }: Error): void {
    const { metrics, log, warnings } = this.#options;
    this.#refused.refuse(record);
    metrics.invalid.inc({ reason: 'STORE_REFUSED' });
    if (!warnings.mayPass(`refused ${record.device}`)) return;
    const { site, device, name } = record;
    log.warn({ site, device, name, reason }, 'record not stored; of its kind none is for 30 s');
  }

  async #commit(batch: readonly StoreRecord[]): Promise<void> {
    const { store, metrics, mayStore, onCommitted } = this.#options;
    if (!mayStore()) throw new ControlPlaneError('DISK_FULL', 'The disk is nearly full.');
    const end = metrics.commitSeconds.startTimer();
    const result = await store.commit(batch);
    end();
    metrics.batchRecords.observe(batch.length);
    metrics.rows.inc({ outcome: 'stored' }, result.stored);
    metrics.rows.inc({ outcome: 'duplicate' }, result.duplicates);
    metrics.rows.inc({ outcome: 'early' }, result.early);
    metrics.tombstones.inc(result.tombstones);
    if (result.surplus > 0) metrics.invalid.inc({ reason: 'DEVICE_SURPLUS' }, result.surplus);
    onCommitted(batch, result);
  }
}
