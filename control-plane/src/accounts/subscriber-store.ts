import { type EpochMillis, timestamp } from '@edgeloop/protocol';
import type { Transaction } from 'kysely';
import type { Database } from '../database/open-stores.ts';
import type { Tables } from '../database/tables.ts';
import { ControlPlaneError } from '../errors.ts';
import type { NewSubscriber, Subscriber, SubscriberWithPassword } from '../resources/subscriber.ts';
import type { AccountStore } from './account-store.ts';
import { noteAccountChange } from './roster-changes.ts';

export interface SubscriberStoreOptions {
  readonly database: Database;
  readonly accounts: Pick<AccountStore, 'create' | 'renew'>;
  readonly now: () => EpochMillis;
}

/** The store knows no addresses. */
export type SubscriberSecret = Omit<SubscriberWithPassword, 'mqtt'>;

/** Accounts of people and programs that only listen. */
export class SubscriberStore {
  readonly #database: Database;
  readonly #accounts: SubscriberStoreOptions['accounts'];
  readonly #now: () => EpochMillis;

  constructor({ database, accounts, now }: SubscriberStoreOptions) {
    this.#database = database;
    this.#accounts = accounts;
    this.#now = now;
  }

  /** @throws ControlPlaneError `CONFLICT` where a device or a subscriber has the name */
  create(
    { name, sites = [], devices = [] }: NewSubscriber,
    createdBy: string,
  ): Promise<SubscriberSecret> {
    if (sites.length + devices.length === 0) {
      const message = 'Expected at least one site or device that is read, received none.';
      throw new ControlPlaneError('REQUEST_INVALID', message);
    }
    return this.#database.transaction().execute(async (trx) => {
      const password = await this.#accounts.create(trx, { name, kind: 'subscriber' });
      await trx
        .insertInto('subscribers')
        .values({
          name,
          sites: distinct(sites),
          devices: distinct(devices),
          created_at: this.#now(),
          created_by: createdBy,
        })
        .execute();
      return { subscriber: await find(trx, name), password };
    });
  }

  /** The subscribers, ordered by name. */
  async list(): Promise<Subscriber[]> {
    const rows = await subscribers(this.#database).orderBy('subscribers.name').execute();
    return rows.map(view);
  }

  /** Another password; the old one is worth nothing. @throws ControlPlaneError `NOT_FOUND` */
  renew(name: string): Promise<SubscriberSecret> {
    return this.#database.transaction().execute(async (trx) => {
      const { generation } = await find(trx, name);
      const account = { name, kind: 'subscriber' } as const;
      const password = await this.#accounts.renew(trx, account, generation);
      if (password === null) throw unknown(name);
      return { subscriber: await find(trx, name), password };
    });
  }

  /** Its name is free again. @throws ControlPlaneError `NOT_FOUND` */
  remove(name: string): Promise<Subscriber> {
    return this.#database.transaction().execute(async (trx) => {
      const subscriber = await find(trx, name);
      await trx.deleteFrom('subscribers').where('name', '=', name).execute();
      await trx.deleteFrom('accounts').where('name', '=', name).execute();
      await noteAccountChange(trx, name);
      return subscriber;
    });
  }
}

const distinct = (ids: readonly string[]) => JSON.stringify([...new Set(ids)].sort());

const subscribers = (database: Database | Transaction<Tables>) =>
  database
    .selectFrom('subscribers')
    .innerJoin('accounts', 'accounts.name', 'subscribers.name')
    .selectAll('subscribers')
    .select(['generation', 'changed_at']);

type Row = Awaited<ReturnType<ReturnType<typeof subscribers>['execute']>>[number];

async function find(trx: Transaction<Tables>, name: string): Promise<Subscriber> {
  const row = await subscribers(trx).where('subscribers.name', '=', name).executeTakeFirst();
  if (row) return view(row);
  throw unknown(name);
}

const unknown = (name: string) =>
  new ControlPlaneError('NOT_FOUND', `Expected the name of a subscriber, received ${name}.`);

function view(row: Row): Subscriber {
  return {
    name: row.name,
    sites: JSON.parse(row.sites),
    devices: JSON.parse(row.devices),
    createdAt: timestamp(row.created_at),
    createdBy: row.created_by,
    generation: row.generation,
    passwordAt: timestamp(row.changed_at),
  };
}
