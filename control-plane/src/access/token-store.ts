import { randomUUID } from 'node:crypto';
import { type EpochMillis, timestamp } from '@edgeloop/protocol';
import type { Selectable } from 'kysely';
import type { Database } from '../database/open-stores.ts';
import { ControlPlaneError } from '../errors.ts';
import type { ApiToken, NewApiToken } from '../resources/api-token.ts';
import type { AccessTables } from './access-tables.ts';
import type { Principal, Role } from './roles.ts';
import { hashSecret, newSecret } from './secret.ts';

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

  async create(
    { name, role, expiresAt }: NewApiToken,
    createdBy: string,
  ): Promise<{ readonly token: ApiToken; readonly secret: string }> {
    const secret = newSecret('elt');
    const row = {
      ...{ id: randomUUID(), name, role, secret_hash: hashSecret(secret) },
      ...{ created_at: this.#now(), created_by: createdBy },
      expires_at: expiresAt === undefined ? null : Date.parse(expiresAt),
      ...{ revoked_at: null, last_used_at: null },
    };
    await this.#database.insertInto('api_tokens').values(row).execute();
    return { token: view(row), secret };
  }

  /** Null for a secret that is unknown, revoked or expired. */
  async authenticate(secret: string): Promise<(Principal & { kind: 'token' }) | null> {
    if (!SECRET.test(secret)) return null;
    const now = this.#now();
    const row = await this.#database
      .selectFrom('api_tokens')
      .selectAll()
      .where('secret_hash', '=', hashSecret(secret))
      .where('revoked_at', 'is', null)
      .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', now)]))
      .executeTakeFirst();
    if (!row) return null;
    if (now - (row.last_used_at ?? 0) >= USE_NOTED_EVERY) {
      await this.#database
        .updateTable('api_tokens')
        .set({ last_used_at: now })
        .where('id', '=', row.id)
        .execute();
    }
    return { kind: 'token', id: row.id, name: row.name, role: row.role };
  }

  /** Oldest first; revoked ones too: the audit log names them. */
  async list(): Promise<ApiToken[]> {
    const rows = await this.#database
      .selectFrom('api_tokens')
      .selectAll()
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows.map(view);
  }

  /** Worth nothing from now on. @throws ControlPlaneError `NOT_FOUND` */
  async revoke(id: string): Promise<ApiToken> {
    const row = await this.#database
      .updateTable('api_tokens')
      .set(({ fn, val }) => ({ revoked_at: fn.coalesce('revoked_at', val(this.#now())) }))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    if (row) return view(row);
    throw new ControlPlaneError('NOT_FOUND', `Expected the id of a token, received ${id}.`);
  }

  /** Whether anyone could still make tokens. */
  async has(role: Role): Promise<boolean> {
    const row = await this.#database
      .selectFrom('api_tokens')
      .select('id')
      .where('role', '=', role)
      .where('revoked_at', 'is', null)
      .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', this.#now())]))
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }
}

function view(row: Selectable<AccessTables['api_tokens']>): ApiToken {
  const time = (millis: number | null) => (millis === null ? null : timestamp(millis));
  return {
    ...{ id: row.id, name: row.name, role: row.role, createdBy: row.created_by },
    createdAt: timestamp(row.created_at),
    ...{ expiresAt: time(row.expires_at), revokedAt: time(row.revoked_at) },
    lastUsedAt: time(row.last_used_at),
  };
}
