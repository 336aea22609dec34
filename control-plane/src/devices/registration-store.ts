import {
  type Attributes,
  type DeviceId,
  type EpochMillis,
  generationRefusal,
  timestamp,
} from '@edgeloop/protocol';
import type { Transaction } from 'kysely';
import type { AccountStore } from '../accounts/account-store.ts';
import { noteAccountChange } from '../accounts/roster-changes.ts';
import type { Database } from '../database/open-stores.ts';
import type { Tables } from '../database/tables.ts';
import { ControlPlaneError } from '../errors.ts';
import type { Registration, RegistrationChange } from '../resources/registration.ts';
import { setAttributes, setTags } from './device-marks.ts';
import { raiseRevision } from './raise-revision.ts';

export interface RegistrationStoreOptions {
  readonly database: Database;
  readonly accounts: Pick<AccountStore, 'renew'>;
  readonly now: () => EpochMillis;
}

/** A registration whose device has got another password. */
export interface Renewed {
  readonly registration: Registration;
  readonly password: string;
}

/** What enrolled devices are to the fleet: their site, credential, tags and attributes. */
export class RegistrationStore {
  readonly #database: Database;
  readonly #accounts: RegistrationStoreOptions['accounts'];
  readonly #now: () => EpochMillis;

  constructor({ database, accounts, now }: RegistrationStoreOptions) {
    this.#database = database;
    this.#accounts = accounts;
    this.#now = now;
  }

  /** @throws ControlPlaneError `NOT_FOUND` for one that never enrolled, or has left */
  read(device: DeviceId): Promise<Registration> {
    return readRegistration(this.#database, device);
  }

  /**
   * Sets what is given; tags and attributes as a whole.
   * @param check throws where it is not as whoever asks believes
   * @throws ControlPlaneError `NOT_FOUND`
   */
  change(
    device: DeviceId,
    { site, tags, attributes }: RegistrationChange,
    check: (now: Registration) => void,
  ): Promise<{ readonly before: Registration; readonly after: Registration }> {
    return this.#database.transaction().execute(async (trx) => {
      const before = await readRegistration(trx, device);
      check(before);
      if (site !== undefined) {
        await trx.updateTable('enrolments').set({ site }).where('device', '=', device).execute();
        await noteAccountChange(trx, device);
        await trx.updateTable('devices').set({ site }).where('device', '=', device).execute();
      }
      if (tags) await setTags(trx, device, tags);
      if (attributes) await setAttributes(trx, device, attributes);
      await raiseRevision(trx, device, this.#now());
      return { before, after: await readRegistration(trx, device) };
    });
  }

  /**
   * Another password; the old one is worth nothing.
   * @param generation of the credential that whoever asks knows; null: whichever it is
   * @param check throws where whoever asks may not
   * @throws ControlPlaneError `NOT_FOUND`; `CONFLICT` where it is of another generation, or revoked
   */
  renew(
    device: DeviceId,
    generation: number | null,
    check: (now: Registration) => void = () => {},
  ): Promise<Renewed> {
    return this.#database.transaction().execute(async (trx) => {
      const now = await readRegistration(trx, device);
      check(now);
      if (now.revokedAt !== null) {
        const message = `Expected a device that is not revoked, received ${device}. Enrol it again, with a token that says replace.`;
        throw new ControlPlaneError('CONFLICT', message);
      }
      const account = { name: device, kind: 'device' } as const;
      const of = generation ?? now.generation;
      const password = await this.#accounts.renew(trx, account, of);
      if (password === null) {
        throw new ControlPlaneError('CONFLICT', generationRefusal.write(now.generation, of));
      }
      return { registration: await readRegistration(trx, device), password };
    });
  }

  /**
   * May nothing from now on; its name stays taken. Idempotent.
   * @throws ControlPlaneError `NOT_FOUND`
   */
  revoke(device: DeviceId): Promise<Registration> {
    return this.#database.transaction().execute(async (trx) => {
      await readRegistration(trx, device);
      await trx
        .updateTable('accounts')
        .set(({ fn, val }) => ({ revoked_at: fn.coalesce('revoked_at', val(this.#now())) }))
        .where('name', '=', device)
        .execute();
      await noteAccountChange(trx, device);
      // Nothing that it says counts any more, nor its will: this is the last that is known.
      await trx
        .updateTable('devices')
        .set({ state: 'offline', state_at: this.#now() })
        .where('device', '=', device)
        .execute();
      await raiseRevision(trx, device, this.#now());
      return readRegistration(trx, device);
    });
  }
}

/** @throws ControlPlaneError `NOT_FOUND` */
export async function readRegistration(
  database: Database | Transaction<Tables>,
  device: DeviceId,
): Promise<Registration> {
  const row = await database
    .selectFrom('enrolments')
    .innerJoin('accounts', 'accounts.name', 'enrolments.device')
    .selectAll('enrolments')
    .select(['generation', 'changed_at', 'revoked_at'])
    .where('enrolments.device', '=', device)
    .where('leaving_at', 'is', null)
    .executeTakeFirst();
  if (!row) {
    const message = `Expected a device that has enrolled, received ${device}.`;
    throw new ControlPlaneError('NOT_FOUND', message);
  }
  const tags = await database
    .selectFrom('device_tags')
    .select('tag')
    .where('device', '=', device)
    .orderBy('tag')
    .execute();
  const attributes = await database
    .selectFrom('device_attributes')
    .select(['name', 'value'])
    .where('device', '=', device)
    .orderBy('name')
    .execute();
  return {
    device,
    site: row.site,
    tags: tags.map(({ tag }) => tag),
    attributes: Object.fromEntries(
      attributes.map(({ name, value }) => [name, JSON.parse(value)]),
    ) as Attributes,
    enrolledAt: timestamp(row.enrolled_at),
    enrolledWith: row.token,
    generation: row.generation,
    credentialAt: timestamp(row.changed_at),
    revokedAt: row.revoked_at === null ? null : timestamp(row.revoked_at),
    publicKey: row.public_key,
  };
}
