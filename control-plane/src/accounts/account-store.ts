import type { DeviceId, EpochMillis, SiteId } from '@edgeloop/protocol';
import type { Transaction } from 'kysely';
import type { Database } from '../database/open-stores.ts';
import type { Tables } from '../database/tables.ts';
import { ControlPlaneError } from '../errors.ts';
import type { Account } from './account.ts';
import { newPassword } from './new-password.ts';
import { noteAccountChange } from './roster-changes.ts';

interface NewAccount {
  readonly name: string;
  readonly kind: Account['kind'];
}

/** Names and passwords for the broker, of devices and of subscribers. */
export class AccountStore {
  readonly #database: Database;
  readonly #now: () => EpochMillis;

  constructor({ database, now }: { database: Database; now: () => EpochMillis }) {
    this.#database = database;
    this.#now = now;
  }

  /**
   * @returns its first password
   * @throws ControlPlaneError `CONFLICT` where a device or a subscriber has the name
   */
  async create(trx: Transaction<Tables>, { name, kind }: NewAccount): Promise<string> {
    const { password, hashes } = newPassword(kind);
    const row = { name, kind, ...hashes, generation: 1, changed_at: this.#now(), revoked_at: null };
    const made = await trx
      .insertInto('accounts')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .returning('name')
      .executeTakeFirst();
    if (made) {
      await noteAccountChange(trx, name);
      return password;
    }
    const message = `Expected a name that no device and no subscriber has, received ${name}.`;
    throw new ControlPlaneError('CONFLICT', message);
  }

  /**
   * A new password in place of the old, if that is still of this generation.
   * @returns null where it is not, or where the account was revoked
   */
  async renew(
    trx: Transaction<Tables>,
    { name, kind }: NewAccount,
    generation: number,
  ): Promise<string | null> {
    const { password, hashes } = newPassword(kind);
    const made = await trx
      .updateTable('accounts')
      .set({ ...hashes, generation: generation + 1, changed_at: this.#now() })
      .where('name', '=', name)
      .where('kind', '=', kind)
      .where('generation', '=', generation)
      .where('revoked_at', 'is', null)
      .returning('name')
      .executeTakeFirst();
    if (!made) return null;
    await noteAccountChange(trx, name);
    return password;
  }

  /** Every account, or that of one name. */
  async read(name?: string): Promise<Account[]> {
    let query = this.#database
      .selectFrom('accounts')
      .leftJoin('enrolments', 'enrolments.device', 'accounts.name')
      .leftJoin('subscribers', 'subscribers.name', 'accounts.name')
      .select(['accounts.name', 'kind', 'secret_hash', 'mosquitto_hash', 'revoked_at'])
      .select(['enrolments.site', 'leaving_at', 'subscribers.sites', 'subscribers.devices']);
    if (name !== undefined) query = query.where('accounts.name', '=', name);
    const rows = await query.orderBy('accounts.name').execute();
    return rows.map((row) => {
      const common = {
        name: row.name,
        secretHash: row.secret_hash,
        mosquittoHash: row.mosquitto_hash,
        revoked: row.revoked_at !== null || row.leaving_at !== null,
      };
      return row.kind === 'device'
        ? { kind: 'device', ...common, device: row.name as DeviceId, site: row.site as SiteId }
        : { kind: 'subscriber', ...common, ...readsOf(row.sites, row.devices) };
    });
  }
}

const readsOf = (sites: string | null, devices: string | null) => ({
  sites: JSON.parse(sites ?? '[]') as SiteId[],
  devices: JSON.parse(devices ?? '[]') as DeviceId[],
});
