import type { DeviceAddress } from '@edgeloop/protocol';
import type { ControlPlaneError } from '../../errors.ts';
import type { CommitResult, StoreRecord, Watermark } from '../../store/record.ts';
import type { Store } from '../../store/store.ts';
import type { HeldLease } from './held-lease.ts';
import type { Roster } from './roster.ts';

export interface FencedStoreOptions {
  readonly store: Pick<Store, 'commit' | 'watermarks' | 'forgetStates'>;
  readonly held: HeldLease;
  readonly roster: Roster;
  /** Monotonic, in ms. */
  readonly clock: () => number;
  /** Of a device that is not admitted. */
  readonly onRefused: (record: DeviceAddress) => void;
}

const NOTHING: CommitResult = {
  stored: 0,
  duplicates: 0,
  early: 0,
  tombstones: 0,
  surplus: 0,
  watermarks: [],
};

/**
 * The store for who holds the lease. Within each transaction it is checked that the lease is still
 * his, and that no account has changed that he has not read: what is stored was said by a device
 * that belonged to the fleet when it was stored.
 */
export class FencedStore {
  readonly #options: FencedStoreOptions;

  constructor(options: FencedStoreOptions) {
    this.#options = options;
  }

  /** @throws ControlPlaneError `FENCED`, `STORE_FAILED` */
  async commit(records: readonly StoreRecord[]): Promise<CommitResult> {
    const { store, held, roster, clock, onRefused } = this.#options;
    // Of one that has just enrolled nothing is known yet.
    if (!records.every((record) => roster.admits(record))) await roster.refresh();
    for (;;) {
      const admitted = records.filter((record) => roster.admits(record));
      if (admitted.length < records.length) {
        for (const record of records) if (!roster.admits(record)) onRefused(record);
      }
      if (admitted.length === 0) return NOTHING;
      const fence = { generation: held.generation, roster: roster.revision };
      const askedAt = clock();
      try {
        const result = await store.commit(admitted, fence);
        held.confirm(askedAt);
        return result;
      } catch (error) {
        if ((error as ControlPlaneError).code !== 'ROSTER_CHANGED') throw this.#seen(error);
      }
      await roster.refresh();
    }
  }

  watermarks(): Promise<readonly Watermark[]> {
    return this.#options.store.watermarks();
  }

  /** @throws ControlPlaneError `FENCED`, `STORE_FAILED` */
  async forgetStates(): Promise<void> {
    const { store, held } = this.#options;
    await store
      .forgetStates({ generation: held.generation, roster: null })
      .catch((error) => Promise.reject(this.#seen(error)));
  }

  #seen(error: unknown): unknown {
    if ((error as ControlPlaneError).code === 'FENCED') this.#options.held.lose();
    return error;
  }
}
