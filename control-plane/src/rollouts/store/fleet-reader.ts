import type { DeviceId, Reported, SiteId } from '@edgeloop/protocol';
import { inBatches } from '../../database/in-batches.ts';
import type { Database } from '../../database/open-stores.ts';
import type { Marked } from '../plan/target.ts';
import type { RolloutId } from '../rollout-id.ts';

/** A device of the fleet, as far as rollouts look at it. */
export interface FleetDevice extends Marked {
  readonly device: DeviceId;
  readonly site: SiteId;
  readonly offline: boolean;
  readonly reported: Reported;
}

/** Rows that are read at once: their reports are a few kilobytes each. */
const PAGE = 500;

interface FleetRow {
  device: DeviceId;
  site: SiteId;
  state: 'online' | 'offline' | 'unknown';
  reported: string | null;
}

/** Devices that have said what they run and are not revoked, by page. */
export class FleetReader {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Those that fit, of the whole fleet.
   * @param unknownTo only those that this rollout has never heard of
   */
  async find(
    fits: (device: FleetDevice) => boolean,
    unknownTo: RolloutId | null = null,
  ): Promise<FleetDevice[]> {
    const found: FleetDevice[] = [];
    for (let after = ''; ; ) {
      const rows = await this.#rows(unknownTo)
        .where('devices.device', '>', after as DeviceId)
        .orderBy('devices.device')
        .limit(PAGE)
        .execute();
      found.push(...(await this.#complete(rows)).filter(fits));
      if (rows.length < PAGE) return found;
      after = rows.at(-1)?.device ?? '';
    }
  }

  /** Those of them that are there. */
  async read(devices: readonly DeviceId[]): Promise<FleetDevice[]> {
    if (devices.length === 0) return [];
    return this.#complete(await this.#rows().where('devices.device', 'in', devices).execute());
  }

  /** What those of them that are there report. */
  async reports(devices: readonly DeviceId[]): Promise<Map<DeviceId, Reported>> {
    if (devices.length === 0) return new Map();
    const rows = await this.#rows().where('devices.device', 'in', devices).execute();
    return new Map(rows.map(({ device, reported }) => [device, JSON.parse(reported as string)]));
  }

  /**
   * What they reported last, also those that were revoked or are leaving: they may be enrolled
   * again.
   */
  async lastReports(devices: readonly DeviceId[]): Promise<Map<DeviceId, Reported>> {
    const last = new Map<DeviceId, Reported>();
    for (const batch of inBatches(devices)) {
      const rows = await this.#database
        .selectFrom('devices')
        .select(['device', 'reported'])
        .where('device', 'in', batch)
        .where('reported', 'is not', null)
        .execute();
      for (const { device, reported } of rows) last.set(device, JSON.parse(reported as string));
    }
    return last;
  }

  /** Those of them that a rollout has never heard of. */
  async readUnknown(devices: readonly DeviceId[], rollout: RolloutId): Promise<FleetDevice[]> {
    const unknown: FleetDevice[] = [];
    for (const batch of inBatches(devices)) {
      const rows = await this.#rows(rollout).where('devices.device', 'in', batch).execute();
      unknown.push(...(await this.#complete(rows)));
    }
    return unknown;
  }

  #rows(unknownTo: RolloutId | null = null) {
    const rows = this.#database
      .selectFrom('devices')
      .leftJoin('accounts', 'accounts.name', 'devices.device')
      .leftJoin('enrolments', 'enrolments.device', 'devices.device')
      .select(['devices.device', 'devices.site', 'devices.state', 'devices.reported'])
      .where('devices.reported', 'is not', null)
      .where('accounts.revoked_at', 'is', null)
      .where('enrolments.leaving_at', 'is', null);
    if (unknownTo === null) return rows;
    return rows.where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('rollout_devices')
            .select('rollout_devices.device')
            .whereRef('rollout_devices.device', '=', 'devices.device')
            .where('rollout_devices.rollout', '=', unknownTo),
        ),
      ),
    );
  }

  async #complete(rows: readonly FleetRow[]): Promise<FleetDevice[]> {
    const devices = rows.map(({ device }) => device);
    if (devices.length === 0) return [];
    const tags = await this.#database
      .selectFrom('device_tags')
      .selectAll()
      .where('device', 'in', devices)
      .execute();
    const attributes = await this.#database
      .selectFrom('device_attributes')
      .selectAll()
      .where('device', 'in', devices)
      .execute();
    const found = new Map(
      rows.map(({ device, site, state, reported }) => [
        device,
        {
          device,
          site,
          offline: state === 'offline',
          tags: new Set<string>(),
          attributes: {} as Record<string, string | number>,
          reported: JSON.parse(reported as string) as Reported,
        },
      ]),
    );
    for (const { device, tag } of tags) found.get(device)?.tags.add(tag);
    for (const { device, name, value } of attributes) {
      const one = found.get(device);
      if (one) one.attributes[name] = JSON.parse(value);
    }
    return [...found.values()];
  }
}
