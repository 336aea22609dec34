import { type EpochMillis, type Timestamp, timestamp } from '@edgeloop/protocol';
import type { Selectable } from 'kysely';
import type { Database } from '../../database/open-stores.ts';
import { hashSecret, newSecret } from '../secret.ts';
import { INVITATION_COUNTS, LOGIN_CODE_COUNTS } from './session-limits.ts';
import type { Holder } from './session-store.ts';
import type { SessionTables } from './session-tables.ts';

type Kind = 'login' | 'invitation';

const KINDS = {
  login: { prefix: 'elc', counts: LOGIN_CODE_COUNTS },
  invitation: { prefix: 'eli', counts: INVITATION_COUNTS },
} as const;

export interface NewLoginCode {
  readonly secret: string;
  readonly expiresAt: Timestamp;
}

/** Codes that log a browser in, or let a person choose a password: each once, for a while. */
export class LoginCodeStore {
  readonly #database: Database;
  readonly #now: () => EpochMillis;

  constructor({ database, now }: { database: Database; now: () => EpochMillis }) {
    this.#database = database;
    this.#now = now;
  }

  /** An invitation takes the place of the one before. */
  async create(kind: Kind, { person, tokenId, openedBy = null }: Holder): Promise<NewLoginCode> {
    const now = this.#now();
    const { prefix, counts } = KINDS[kind];
    const secret = newSecret(prefix);
    const expiresAt = now + counts;
    await this.#database.transaction().execute(async (trx) => {
      await trx.deleteFrom('login_codes').where('expires_at', '<=', now).execute();
      if (kind === 'invitation') {
        await trx
          .deleteFrom('login_codes')
          .where('kind', '=', kind)
          .where('person', '=', person)
          .execute();
      }
      await trx
        .insertInto('login_codes')
        .values({
          secret_hash: hashSecret(secret),
          kind,
          person,
          token_id: tokenId,
          made_in: openedBy,
          expires_at: expiresAt,
        })
        .execute();
    });
    return { secret, expiresAt: timestamp(expiresAt) };
  }

  /** Whose it is, while it counts; it stays. */
  async find(kind: Kind, secret: string): Promise<Holder | null> {
    const row = await this.#database
      .selectFrom('login_codes')
      .select(['person', 'token_id', 'made_in'])
      .where('secret_hash', '=', hashSecret(secret))
      .where('kind', '=', kind)
      .where('expires_at', '>', this.#now())
      .executeTakeFirst();
    return row ? holderOf(row) : null;
  }

  /** Of two who have it, one gets it. */
  async take(kind: Kind, secret: string): Promise<Holder | null> {
    const row = await this.#database
      .deleteFrom('login_codes')
      .where('secret_hash', '=', hashSecret(secret))
      .where('kind', '=', kind)
      .where('expires_at', '>', this.#now())
      .returning(['person', 'token_id', 'made_in'])
      .executeTakeFirst();
    return row ? holderOf(row) : null;
  }
}

type HolderColumns = Pick<
  Selectable<SessionTables['login_codes']>,
  'person' | 'token_id' | 'made_in'
>;
const holderOf = ({ person, token_id: tokenId, made_in: openedBy }: HolderColumns): Holder => ({
  person,
  tokenId,
  openedBy,
});
