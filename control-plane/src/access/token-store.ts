import { randomUUID } from 'node:crypto';
import { type EpochMillis, timestamp } from '@edgeloop/protocol';
import type { Selectable, Transaction } from 'kysely';
import type { Database } from '../database/open-stores.ts';
import type { Tables } from '../database/tables.ts';
import { ControlPlaneError } from '../errors.ts';
import type { ApiToken, NewApiToken } from '../resources/api-token.ts';
import type { AccessTables } from './access-tables.ts';
import type { Principal, Role } from './roles.ts';
import { hashSecret, newSecret } from './secret.ts';
import type { Holder } from './sessions/session-store.ts';
import { whoActs } from './who-acts.ts';

export interface TokenStoreOptions {
  readonly database: Database;
  readonly now: () => EpochMillis;
}

/** When a token was used last is written at most so often. */
const USE_NOTED_EVERY = 60_000;

/** What none of ours looks like is not looked up. */
const SECRET = /^elt_[\w-]{43}$/;

/** Tokens of the API. A secret is told once, when it is made; its hash is kept. */
export class TokenStore {
  readonly #database: Database;
  readonly #now: () => EpochMillis;

  constructor({ database, now }: TokenStoreOptions) {
    this.#database = database;
    this.#now = now;
  }

  /**
   * @param person whom it acts for; null: nobody, it is a program's
   * @param secret one of `newSecret('elt')`
   * @throws ControlPlaneError `REQUEST_INVALID` for a life that has ended, `CONFLICT` where a token
   * that counts has the name
   */
  async create(
    { name, role, expiresAt }: NewApiToken,
    createdBy: string,
    person: string | null = null,
    secret = newSecret('elt'),
  ): Promise<{ readonly token: ApiToken; readonly secret: string }> {
    const now = this.#now();
    const end = expiresAt === undefined ? null : Date.parse(expiresAt);
    if (end !== null && end <= now) {
      const message = `Expected a time from now on for expiresAt, received ${expiresAt}.`;
      throw new ControlPlaneError('REQUEST_INVALID', message);
    }
    const row = {
      id: randomUUID(),
      name,
      role,
      secret_hash: hashSecret(secret),
      created_at: now,
      created_by: createdBy,
      person,
      expires_at: end,
      revoked_at: null,
      last_used_at: null,
    };
    return this.#database.transaction().execute(async (trx) => {
      // The name is all that the audit log, labels and rollouts say of who it was.
      const taken = await this.#counting(trx)
        .select('id')
        .where('api_tokens.name', '=', name)
        .executeTakeFirst();
      if (taken) throw nameTaken(name);
      await trx.insertInto('api_tokens').values(row).execute();
      return { token: view(row), secret };
    });
  }

  /**
   * Null for a secret that is unknown, revoked or expired, and for one that acts for somebody who
   * was disabled.
   */
  async authenticate(secret: string): Promise<Principal | null> {
    const row = await this.#find(secret);
    if (!row) return null;
    const now = this.#now();
    if (now - (row.last_used_at ?? 0) >= USE_NOTED_EVERY) {
      await this.#database
        .updateTable('api_tokens')
        .set({ last_used_at: now })
        .where('id', '=', row.id)
        .execute();
    }
    const { id, name, role, person, person_role } = row;
    return whoActs(
      { id, name, role },
      person !== null && person_role !== null ? { name: person, role: person_role } : null,
    );
  }

  /** For a session that is opened with a token. Null as for `authenticate`. */
  async holderOf(secret: string): Promise<Holder | null> {
    const row = await this.#find(secret);
    return row ? { person: row.person, tokenId: row.id } : null;
  }

  /**
   * Oldest first; revoked ones too: the audit log names them.
   * @param person those that act for them; null: all
   */
  async list(person: string | null = null): Promise<ApiToken[]> {
    let query = this.#database.selectFrom('api_tokens').selectAll();
    if (person !== null) query = query.where('person', '=', person);
    return (await query.orderBy('created_at').orderBy('id').execute()).map(view);
  }

  /**
   * Worth nothing from now on.
   * @param person only where it acts for them
   * @throws ControlPlaneError `NOT_FOUND`
   */
  async revoke(id: string, person: string | null = null): Promise<ApiToken> {
    let query = this.#database
      .updateTable('api_tokens')
      .set(({ fn, val }) => ({ revoked_at: fn.coalesce('revoked_at', val(this.#now())) }))
      .where('id', '=', id);
    if (person !== null) query = query.where('person', '=', person);
    const row = await query.returningAll().executeTakeFirst();
    if (row) return view(row);
    throw new ControlPlaneError('NOT_FOUND', `Expected the id of a token, received ${id}.`);
  }

  /** Whether anyone could still make tokens. */
  async has(role: Role): Promise<boolean> {
    const row = await this.#counting(this.#database)
      .select('id')
      .where('api_tokens.role', '=', role)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  async #find(secret: string) {
    if (!SECRET.test(secret)) return undefined;
    return this.#counting(this.#database)
      .select(['api_tokens.id', 'api_tokens.name', 'api_tokens.role', 'last_used_at', 'person'])
      .select('people.role as person_role')
      .where('secret_hash', '=', hashSecret(secret))
      .executeTakeFirst();
  }

  /** Those that are worth something. */
  #counting(database: Database | Transaction<Tables>) {
    return database
      .selectFrom('api_tokens')
      .leftJoin('people', 'people.name', 'api_tokens.person')
      .where('revoked_at', 'is', null)
      .where('people.disabled_at', 'is', null)
      .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', this.#now())]));
  }
}

function nameTaken(name: string): ControlPlaneError {
  const message = `Expected a name that no token has which still counts, received ${JSON.stringify(name)}. Revoke that one first, or choose another name.`;
  return new ControlPlaneError('CONFLICT', message);
}

function view(row: Selectable<AccessTables['api_tokens']>): ApiToken {
  const time = (millis: number | null) => (millis === null ? null : timestamp(millis));
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    createdBy: row.created_by,
    person: row.person,
    createdAt: timestamp(row.created_at),
    expiresAt: time(row.expires_at),
    revokedAt: time(row.revoked_at),
    lastUsedAt: time(row.last_used_at),
  };
}
