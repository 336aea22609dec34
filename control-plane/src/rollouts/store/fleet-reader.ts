import type { DeviceId, Reported, SiteId } from '@edgeloop/protocol';
import type { Database } from '../../database/open-stores.ts';
import type { Lane } from '../lanes/lane.ts';
import { type Marked, type TargetFilter, targetTest } from '../plan/target.ts';
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

  /** Those that a rollout is for: they fit its filter, and have what it moves. */
  async target(filter: TargetFilter, lane: Pick<Lane, 'valueOf'>): Promise<FleetDevice[]> {
    const fits = targetTest(filter);
    const target: FleetDevice[] = [];
    for (let after = ''; ; ) {
      const rows = await this.#rows()
        .where('devices.device', '>', after as DeviceId)
        .orderBy('devices.device')
        .limit(PAGE)
        .execute();
      for (const device of await this.#complete(rows)) {
        if (fits(device) && lane.valueOf(device.reported) !== undefined) target.push(device);
      }
      if (rows.length < PAGE) return target;
      after = rows.at(-1)?.device ?? '';
    }
  }

  /** Those of them that are there. */
  async read(devices: readonly DeviceId[]): Promise<FleetDevice[]> {
    if (devices.length === 0) return [];
    return this.#complete(await this.#rows().where('devices.device', 'in', devices).execute());
  }

  /** Devices that a rollout has never heard of. @param among only of these; null: of all */
  async unknownTo(rollout: RolloutId, among: readonly DeviceId[] | null): Promise<FleetDevice[]> {
    const unknown: FleetDevice[] = [];
    for (let after = ''; ; ) {
      let query = this.#rows()
        .where('devices.device', '>', after as DeviceId)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('rollout_devices')
                .select('rollout_devices.device')
                .whereRef('rollout_devices.device', '=', 'devices.device')
                .where('rollout_devices.rollout', '=', rollout),
            ),
          ),
        );
      if (among) query = query.where('devices.device', 'in', among);
      const rows = await query.orderBy('devices.device').limit(PAGE).execute();
      unknown.push(...(await this.#complete(rows)));
      if (rows.length < PAGE) return unknown;
      after = rows.at(-1)?.device ?? '';
    }
  }

  #rows() {
    return this.#database
      .selectFrom('devices')
      .leftJoin('accounts', 'accounts.name', 'devices.device')
      .leftJoin('enrolments', 'enrolments.device', 'devices.device')
      .select(['devices.device', 'devices.site', 'devices.state', 'devices.reported'])
      .where('devices.reported', 'is not', null)
      .where('accounts.revoked_at', 'is', null)
      .where('enrolments.leaving_at', 'is', null);
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
          ...{ device, site, offline: state === 'offline', tags: new Set<string>() },
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
