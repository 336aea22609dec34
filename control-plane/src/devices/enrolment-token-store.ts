import { type EpochMillis, type Timestamp, timestamp } from '@edgeloop/protocol';
import type { Selectable, Transaction } from 'kysely';
import { hashSecret, newSecret } from '../access/secret.ts';
import type { Database } from '../database/open-stores.ts';
import type { Tables } from '../database/tables.ts';
import { ControlPlaneError } from '../errors.ts';
import type { EnrolmentToken, NewEnrolmentToken } from '../resources/enrolment-token.ts';
import type { DeviceTables } from './device-tables.ts';

export type TokenRow = Selectable<DeviceTables['enrolment_tokens']>;

const DAY = 86_400_000;
const DEFAULT_LIFE = 7 * DAY;
const LONGEST_LIFE = 366 * DAY;

/** What a new device is let in with. A secret is told once, when it is made; its hash is kept. */
export class EnrolmentTokenStore {
  readonly #database: Database;
  readonly #now: () => EpochMillis;

  constructor({ database, now }: { database: Database; now: () => EpochMillis }) {
    this.#database = database;
    this.#now = now;
  }

  /** @throws ControlPlaneError `REQUEST_INVALID` for a life that has ended, or that is too long */
  async create(
    wanted: NewEnrolmentToken,
    createdBy: string,
  ): Promise<{ readonly token: EnrolmentToken; readonly secret: string }> {
    const { name, site, devices = null, tags = [], uses = 1, replace = false } = wanted;
    const secret = newSecret('ele');
    const hash = hashSecret(secret);
    const row: TokenRow = {
      id: tokenId(hash),
      name,
      secret_hash: hash,
      site,
      pattern: devices,
      tags: JSON.stringify([...new Set(tags)].sort()),
      may_replace: replace ? 1 : 0,
      uses,
      used: 0,
      created_at: this.#now(),
      created_by: createdBy,
      revoked_at: null,
      expires_at: this.#endOf(wanted.expiresAt),
    };
    await this.#database.insertInto('enrolment_tokens').values(row).execute();
    return { token: view(row), secret };
  }

  /** Oldest first; used, expired and revoked ones too: devices name the one they enrolled with. */
  async list(): Promise<EnrolmentToken[]> {
    const rows = await this.#database
      .selectFrom('enrolment_tokens')
      .selectAll()
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows.map(view);
  }

  /** Worth nothing from now on. @throws ControlPlaneError `NOT_FOUND` */
  async revoke(id: string): Promise<EnrolmentToken> {
    const row = await this.#database
      .updateTable('enrolment_tokens')
      .set(({ fn, val }) => ({ revoked_at: fn.coalesce('revoked_at', val(this.#now())) }))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    if (row) return view(row);
    throw new ControlPlaneError(
      'NOT_FOUND',
      `Expected the id of an enrolment token, received ${id}.`,
    );
  }

  /**
   * Uses it once, within the transaction of who enrols. Null where it is unknown, used up, expired
   * or revoked: of these nobody is told which.
   */
  async take(trx: Transaction<Tables>, secretHash: string): Promise<TokenRow | null> {
    const row = await trx
      .updateTable('enrolment_tokens')
      .set((is) => ({ used: is('used', '+', 1) }))
      .where('secret_hash', '=', secretHash)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', this.#now())
      .whereRef('used', '<', 'uses')
      .returningAll()
      .executeTakeFirst();
    return row ?? null;
  }

  #endOf(expiresAt: Timestamp | undefined): number {
    const now = this.#now();
    const end = expiresAt === undefined ? now + DEFAULT_LIFE : Date.parse(expiresAt);
    if (end > now && end <= now + LONGEST_LIFE) return end;
    const message = `Expected a time from now on, a year at most, for expiresAt, received ${expiresAt}.`;
    throw new ControlPlaneError('REQUEST_INVALID', message);
  }
}

/** Public: it stands in lists and in the audit log. */
export const tokenId = (secretHash: string) => secretHash.slice(0, 16);

function view(row: TokenRow): EnrolmentToken {
  const { id, name, site, pattern, uses, used, created_by } = row;
  return {
    id,
    name,
    site,
    devices: pattern,
    tags: JSON.parse(row.tags) as string[],
    replace: row.may_replace === 1,
    uses,
    used,
    createdAt: timestamp(row.created_at),
    createdBy: created_by,
    expiresAt: timestamp(row.expires_at),
    revokedAt: row.revoked_at === null ? null : timestamp(row.revoked_at),
  };
}
