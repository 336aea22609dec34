import { type DeviceId, type EpochMillis, epochMillis, type Sha256 } from '@edgeloop/protocol';
import type { Database } from '../../database/open-stores.ts';
import type { JobStoreOptions } from '../job-store.ts';
import type { DriftState } from './drift-state.ts';

/** What is kept of one model on one device. */
export interface KeptDrift {
  readonly state: DriftState;
  /** When a drift was told last; null: never. */
  readonly toldAt: EpochMillis | null;
}

/** How models scored on devices. */
export class DriftStore {
  readonly #database: Database;
  readonly #now: () => EpochMillis;

  constructor({ database, now }: JobStoreOptions) {
    this.#database = database;
    this.#now = now;
  }

  async find(device: DeviceId, model: Sha256): Promise<KeptDrift | null> {
    const row = await this.#database
      .selectFrom('score_drift')
      .select(['state', 'told_at'])
      .where('device', '=', device)
      .where('model', '=', model)
      .executeTakeFirst();
    if (!row) return null;
    const toldAt = row.told_at === null ? null : epochMillis(row.told_at);
    return { state: JSON.parse(row.state), toldAt };
  }

  async save(device: DeviceId, model: Sha256, { state, toldAt }: KeptDrift): Promise<void> {
    const kept = { state: JSON.stringify(state), told_at: toldAt, changed_at: this.#now() };
    await this.#database
      .insertInto('score_drift')
      .values({ device, model, ...kept })
      .onConflict((conflict) => conflict.columns(['device', 'model']).doUpdateSet(kept))
      .execute();
  }

  /** Of models that a device has not run since. @returns how many */
  async forget(before: EpochMillis): Promise<number> {
    const { numDeletedRows } = await this.#database
      .deleteFrom('score_drift')
      .where('changed_at', '<', before)
      .executeTakeFirst();
    return Number(numDeletedRows);
  }
}
