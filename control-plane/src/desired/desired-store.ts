import type { DeviceId, EpochMillis, SiteId } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';

export interface ToldDevice {
  readonly device: DeviceId;
  readonly site: SiteId;
  /** Null: it was never told anything. */
  readonly told: {
    readonly site: SiteId;
    readonly version: number;
    /** JSON. */
    readonly body: string;
    readonly at: EpochMillis | null;
  } | null;
}

export interface Telling {
  readonly device: DeviceId;
  readonly site: SiteId;
  readonly version: number;
  readonly body: string;
}

/** What each device was told last. */
export class DesiredStore {
  readonly #database: Database;
  readonly #now: () => EpochMillis;

  constructor({ database, now }: { database: Database; now: () => EpochMillis }) {
    this.#database = database;
    this.#now = now;
  }

  /** Names of all devices that are known, by name. @param after names above */
  async names(after: string, limit: number): Promise<DeviceId[]> {
    const rows = await this.#database
      .selectFrom('devices')
      .select('device')
      .where('device', '>', after as DeviceId)
      .orderBy('device')
      .limit(limit)
      .execute();
    return rows.map(({ device }) => device);
  }

  /** Those of the devices that are known. */
  async read(devices: readonly DeviceId[]): Promise<ToldDevice[]> {
    const rows = await this.#database
      .selectFrom('devices')
      .leftJoin('desired', 'desired.device', 'devices.device')
      .select(['devices.device', 'devices.site', 'version', 'body', 'told_at'])
      .select('desired.site as told_site')
      .where('devices.device', 'in', devices)
      .execute();
    return rows.map(({ device, site, told_site, version, body, told_at }) => ({
      device,
      site,
      told:
        told_site === null || version === null || body === null
          ? null
          : { site: told_site, version, body, at: told_at as EpochMillis | null },
    }));
  }

  /** Before they are told: what a kill keeps from being told is told by the next process. */
  async keep(tellings: readonly Telling[]): Promise<void> {
    if (tellings.length === 0) return;
    await this.#database
      .insertInto('desired')
      .values(tellings.map((telling) => ({ ...telling, told_at: null })))
      .onConflict((conflict) =>
        conflict.column('device').doUpdateSet(({ ref }) => ({
          site: ref('excluded.site'),
          version: ref('excluded.version'),
          body: ref('excluded.body'),
          told_at: null,
        })),
      )
      .execute();
  }

  /** The broker has taken what they are told. */
  async markTold(devices: readonly DeviceId[]): Promise<void> {
    if (devices.length === 0) return;
    await this.#database
      .updateTable('desired')
      .set({ told_at: this.#now() })
      .where('device', 'in', devices)
      .execute();
  }
}
