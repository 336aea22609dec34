import { type EpochMillis, timestamp } from '@edgeloop/protocol';
import type { Database } from '../../database/open-stores.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { NewPerson, Person, PersonChange } from '../../resources/person.ts';
import { LONGEST_IDLE } from '../sessions/session-limits.ts';

export interface PersonStoreOptions {
  readonly database: Database;
  readonly now: () => EpochMillis;
}

/** Who may log in. */
export class PersonStore {
  readonly #database: Database;
  readonly #now: () => EpochMillis;

  constructor({ database, now }: PersonStoreOptions) {
    this.#database = database;
    this.#now = now;
  }

  /**
   * Without a password: an invitation lets them choose one.
   * @throws ControlPlaneError `CONFLICT`
   */
  async create({ name, role }: NewPerson, createdBy: string): Promise<Person> {
    const made = await this.#database
      .insertInto('people')
      .values({
        name,
        role,
        created_at: this.#now(),
        created_by: createdBy,
        password: null,
        password_at: null,
        disabled_at: null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('name')
      .executeTakeFirst();
    if (made) return this.find(name);
    const message = `Expected a name that nobody has or had, received ${name}.`;
    throw new ControlPlaneError('CONFLICT', message);
  }

  /** By name; disabled ones too. */
  async list(): Promise<Person[]> {
    return (await this.#views().orderBy('people.name').execute()).map(view);
  }

  /** @throws ControlPlaneError `NOT_FOUND` */
  async find(name: string): Promise<Person> {
    const row = await this.#views().where('people.name', '=', name).executeTakeFirst();
    if (row) return view(row);
    throw new ControlPlaneError('NOT_FOUND', `Expected the name of a person, received ${name}.`);
  }

  /** Who is disabled has no session any more. @throws ControlPlaneError `NOT_FOUND` */
  async change(name: string, { role, disabled }: PersonChange): Promise<Person> {
    const { disabledAt } = await this.find(name);
    const since = disabledAt === null ? this.#now() : Date.parse(disabledAt);
    await this.#database.transaction().execute(async (trx) => {
      await trx
        .updateTable('people')
        .set({
          name,
          ...(role !== undefined && { role }),
          ...(disabled !== undefined && { disabled_at: disabled ? since : null }),
        })
        .where('name', '=', name)
        .execute();
      if (!disabled) return;
      await trx.deleteFrom('login_sessions').where('person', '=', name).execute();
      await trx.deleteFrom('login_codes').where('person', '=', name).execute();
    });
    return this.find(name);
  }

  /** As it is kept; null: nobody of that name may log in with one. */
  async passwordOf(name: string): Promise<string | null> {
    const row = await this.#database
      .selectFrom('people')
      .select('password')
      .where('name', '=', name)
      .where('disabled_at', 'is', null)
      .executeTakeFirst();
    return row?.password ?? null;
  }

  /** Every session ends but one. @param hash as `hashPassword` makes it */
  async setPassword(name: string, hash: string, spared: string | null): Promise<void> {
    await this.#database.transaction().execute(async (trx) => {
      await trx
        .updateTable('people')
        .set({ password: hash, password_at: this.#now() })
        .where('name', '=', name)
        .execute();
      let others = trx.deleteFrom('login_sessions').where('person', '=', name);
      if (spared !== null) others = others.where('id', '!=', spared);
      await others.execute();
      await trx.deleteFrom('login_codes').where('person', '=', name).execute();
    });
  }

  /** Whether there is a person who can give access. */
  async hasAdmin(): Promise<boolean> {
    const row = await this.#database
      .selectFrom('people')
      .select('name')
      .where('role', '=', 'admin')
      .where('disabled_at', 'is', null)
      .where('password', 'is not', null)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  #views() {
    const now = this.#now();
    return this.#database
      .selectFrom('people')
      .select(['name', 'role', 'created_at', 'created_by', 'password_at', 'disabled_at'])
      .select(({ selectFrom }) => [
        selectFrom('login_sessions')
          .whereRef('login_sessions.person', '=', 'people.name')
          .where('login_sessions.expires_at', '>', now)
          .where('login_sessions.seen_at', '>', now - LONGEST_IDLE)
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .as('sessions'),
        selectFrom('login_sessions')
          .whereRef('login_sessions.person', '=', 'people.name')
          .select(({ fn }) => fn.max('seen_at').as('at'))
          .as('seen_at'),
      ]);
  }
}

function view(row: {
  readonly name: string;
  readonly role: Person['role'];
  readonly created_at: number;
  readonly created_by: string;
  readonly password_at: number | null;
  readonly disabled_at: number | null;
  readonly sessions: number | null;
  readonly seen_at: number | null;
}): Person {
  const time = (millis: number | null) => (millis === null ? null : timestamp(millis));
  return {
    name: row.name,
    role: row.role,
    createdBy: row.created_by,
    createdAt: timestamp(row.created_at),
    passwordAt: time(row.password_at),
    disabledAt: time(row.disabled_at),
    sessions: row.sessions ?? 0,
    seenAt: time(row.seen_at),
  };
}
