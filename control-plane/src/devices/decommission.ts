import type { DeviceAddress, DeviceId, EpochMillis, SiteId } from '@edgeloop/protocol';
import type { Admissions } from '../accounts/admissions.ts';
import { noteAccountChange } from '../accounts/roster-changes.ts';
import type { Database } from '../database/open-stores.ts';
import { ControlPlaneError } from '../errors.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { DevicePictures } from '../pictures/device-pictures.ts';
import type { Decommissioned } from '../resources/registration.ts';
import type { PictureRemoval } from './picture-removal.ts';
import { removeDevice } from './remove-device.ts';

export interface DecommissionOptions {
  readonly database: Database;
  readonly admissions: Pick<Admissions, 'refresh'>;
  readonly disconnect: (name: string) => Promise<void>;
  /** When all that came in until now is stored. */
  readonly settled: () => Promise<void>;
  readonly clearRetained: (address: DeviceAddress) => Promise<number | null>;
  readonly pictures: PictureRemoval;
  /** Last frames, and thumbnails of occurrences: what they illustrate goes. */
  readonly shown: Pick<DevicePictures, 'removeDevice'>;
  readonly events: EventBus;
  readonly now: () => EpochMillis;
}

/**
 * Takes a device out of the fleet for good: its rows, what the broker kept of it and, if asked, its
 * pictures.
 */
export class Decommission {
  readonly #options: DecommissionOptions;
  /** Asked twice, it is done once. */
  readonly #running = new Map<DeviceId, Promise<Decommissioned>>();

  constructor(options: DecommissionOptions) {
    this.#options = options;
  }

  /** Returns when all of it is gone. @throws ControlPlaneError `NOT_FOUND` */
  async run(device: DeviceId, withPictures: boolean): Promise<Decommissioned> {
    const { database, now } = this.#options;
    await database.transaction().execute(async (trx) => {
      await trx
        .updateTable('enrolments')
        .set(({ fn, val }) => ({
          leaving_at: fn.coalesce('leaving_at', val(now())),
          ...(withPictures && { with_pictures: 1 as const }),
        }))
        .where('device', '=', device)
        .execute();
      await noteAccountChange(trx, device);
    });
    const done = await this.#once(device, withPictures);
    if (!withPictures || done.pictures !== null) return done;
    // It was leaving already, and nobody had asked for that before.
    return { ...done, pictures: await this.#options.pictures.removePictures(device) };
  }

  /**
   * What a kill interrupted. Of one that can't be removed yet the others are, all the same.
   * @throws the first error, once all were tried
   */
  async resume(): Promise<void> {
    const leaving = await this.#options.database
      .selectFrom('enrolments')
      .select(['device', 'with_pictures'])
      .where('leaving_at', 'is not', null)
      .execute();
    const errors: unknown[] = [];
    for (const { device, with_pictures } of leaving) {
      await this.#once(device, with_pictures === 1).catch((error) => errors.push(error));
    }
    if (errors.length > 0) throw errors[0];
  }

  #once(device: DeviceId, withPictures: boolean): Promise<Decommissioned> {
    return this.#running.get(device) ?? this.#begin(device, withPictures);
  }

  #begin(device: DeviceId, withPictures: boolean): Promise<Decommissioned> {
    const begun = this.#finish(device, withPictures).finally(() => this.#running.delete(device));
    this.#running.set(device, begun);
    return begun;
  }

  async #finish(device: DeviceId, withPictures: boolean): Promise<Decommissioned> {
    const { database, admissions, disconnect, settled, clearRetained, pictures, shown } =
      this.#options;
    const site = await siteOf(database, device);
    await admissions.refresh(device);
    await disconnect(device);
    await settled();
    const removed = withPictures ? await pictures.removePictures(device) : null;
    await shown.removeDevice(device);
    const retained = await clearRetained({ site, device });
    const detections = await removeDevice(database, device);
    await admissions.refresh(device);
    // One was perhaps on its way until now.
    await shown.removeDevice(device);
    const subject = { site, device };
    this.#options.events.publish({ kind: 'device.decommissioned', subject, data: null });
    return { device, detections, pictures: removed, retained };
  }
}

/**
 * Also of one that never enrolled, and was let in without a name; and of one that has left, while
 * there are pictures of it.
 * @throws ControlPlaneError `NOT_FOUND`
 */
async function siteOf(database: Database, device: DeviceId): Promise<SiteId> {
  const of = (table: 'enrolments' | 'devices' | 'sightings') =>
    database.selectFrom(table).select('site').where('device', '=', device).executeTakeFirst();
  const row = (await of('enrolments')) ?? (await of('devices')) ?? (await of('sightings'));
  if (row?.site) return row.site;
  const message = `Expected a device that has enrolled or connected before, received ${device}.`;
  throw new ControlPlaneError('NOT_FOUND', message);
}
