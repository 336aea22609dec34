import { createHmac, randomUUID } from 'node:crypto';
import { type EpochMillis, type Timestamp, timestamp } from '@edgeloop/protocol';
import type { Transaction } from 'kysely';
import type { Database } from '../../database/open-stores.ts';
import type { Tables } from '../../database/tables.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { Principal } from '../roles.ts';
import { hashSecret, newSecret } from '../secret.ts';
import { whoActs } from '../who-acts.ts';
import { LONGEST, LONGEST_IDLE, SEEN_EVERY } from './session-limits.ts';

/** Whom a session or a code is made out to: a person, or a token and whom it acts for. */
export interface Holder {
  readonly person: string | null;
  readonly tokenId: string | null;
  /**
   * The session in which the link was made. Absent or null: it is no link's, or was made in none.
   */
  readonly openedBy?: string | null;
}

export interface LoginSession {
  readonly id: string;
  readonly principal: Principal;
  /** What each change must bring along: another site can neither read nor guess it. */
  readonly csrf: string;
  readonly expiresAt: Timestamp;
}

/** What none of ours looks like is not looked up. */
const SECRET = /^elb_[\w-]{43}$/;

/** Browsers that are logged in. A secret is told once, as a cookie; its hash is kept. */
export class SessionStore {
  readonly #database: Database;
  readonly #now: () => EpochMillis;

  constructor({ database, now }: { database: Database; now: () => EpochMillis }) {
    this.#database = database;
    this.#now = now;
  }

  /**
   * Those that have ended go with it. What a link opens ends no later than the session in which it
   * was made.
   * @throws ControlPlaneError `UNAUTHENTICATED` where that one has ended
   */
  async open({ person, tokenId, openedBy = null }: Holder): Promise<{ readonly secret: string }> {
    const now = this.#now();
    const secret = newSecret('elb');
    await this.#database.transaction().execute(async (trx) => {
      await removeEnded(trx, now);
      const until = openedBy === null ? Number.POSITIVE_INFINITY : await endOf(trx, openedBy);
      await trx
        .insertInto('login_sessions')
        .values({
          id: randomUUID(),
          secret_hash: hashSecret(secret),
          person,
          token_id: tokenId,
          opened_by: openedBy,
          created_at: now,
          seen_at: now,
          expires_at: Math.min(now + LONGEST, until),
        })
        .execute();
    });
    return { secret };
  }

  /** Null for a secret that is unknown, and for a session that has ended in any way. */
  async find(secret: string): Promise<LoginSession | null> {
    if (!SECRET.test(secret)) return null;
    const now = this.#now();
    const row = await this.#database
      .selectFrom('login_sessions as session')
      .leftJoin('people', 'people.name', 'session.person')
      .leftJoin('api_tokens as token', 'token.id', 'session.token_id')
      .select(['session.id', 'session.expires_at', 'session.seen_at', 'people.name as person'])
      .select(['people.role as person_role', 'token.id as token_id'])
      .select(['token.name as token_name', 'token.role as token_role'])
      .where('session.secret_hash', '=', hashSecret(secret))
      .where('session.expires_at', '>', now)
      .where('session.seen_at', '>', now - LONGEST_IDLE)
      .where('people.disabled_at', 'is', null)
      .where('token.revoked_at', 'is', null)
      .where((is) => is.or([is('token.expires_at', 'is', null), is('token.expires_at', '>', now)]))
      .executeTakeFirst();
    const principal = row && whoActs(tokenOf(row), personOf(row));
    if (!principal) return null;
    if (now - row.seen_at >= SEEN_EVERY) await this.#see(row.id, now);
    return {
      id: row.id,
      principal,
      expiresAt: timestamp(row.expires_at),
      csrf: createHmac('sha256', secret).update('csrf').digest('base64url'),
    };
  }

  /**
   * With all that links opened which were made in it, or in those; and with links that nobody used.
   * @param heir a session that takes its place in the browser, and stays, whatever opened it
   */
  async end(id: string, heir: string | null = null): Promise<void> {
    await this.#database.transaction().execute(async (trx) => {
      const within = trx.withRecursive('ended(id)', (from) =>
        from
          .selectFrom('login_sessions')
          .select('login_sessions.id')
          .where('login_sessions.id', '=', id)
          .union(
            from
              .selectFrom('login_sessions as opened')
              .innerJoin('ended', 'ended.id', 'opened.opened_by')
              .select('opened.id'),
          ),
      );
      if (heir !== null) {
        await within
          .updateTable('login_sessions')
          .set(({ selectFrom }) => ({
            opened_by: selectFrom('login_sessions as before')
              .select('before.opened_by')
              .where('before.id', '=', id),
          }))
          .where('id', '=', heir)
          .where('opened_by', 'in', ({ selectFrom }) => selectFrom('ended').select('ended.id'))
          .execute();
      }
      await within
        .deleteFrom('login_sessions')
        .where('id', 'in', ({ selectFrom }) => selectFrom('ended').select('ended.id'))
        .execute();
    });
  }

  async #see(id: string, now: EpochMillis): Promise<void> {
    await this.#database
      .updateTable('login_sessions')
      .set({ seen_at: now })
      .where('id', '=', id)
      .execute();
  }
}

/**
 * One that nothing was asked in stays while something lives that it opened: that ends with it
 * still.
 */
async function removeEnded(trx: Transaction<Tables>, now: EpochMillis): Promise<void> {
  await trx
    .deleteFrom('login_sessions')
    .where((is) =>
      is.or([
        is('expires_at', '<=', now),
        is.and([
          is('seen_at', '<=', now - LONGEST_IDLE),
          is.not(
            is.exists(
              is
                .selectFrom('login_sessions as opened')
                .select('opened.id')
                .whereRef('opened.opened_by', '=', 'login_sessions.id'),
            ),
          ),
        ]),
      ]),
    )
    .execute();
}

async function endOf(trx: Transaction<Tables>, id: string): Promise<number> {
  const row = await trx
    .selectFrom('login_sessions')
    .select('expires_at')
    .where('id', '=', id)
    .executeTakeFirst();
  if (row) return row.expires_at;
  const message =
    'Expected a link that was made in a session which goes on, received one of a session that has ended.';
  throw new ControlPlaneError('UNAUTHENTICATED', message);
}

type TokenColumns = {
  readonly token_id: string | null;
  readonly token_name: string | null;
  readonly token_role: NonNullable<Parameters<typeof whoActs>[0]>['role'] | null;
};
const tokenOf = ({ token_id: id, token_name: name, token_role: role }: TokenColumns) =>
  id === null || name === null || role === null ? null : { id, name, role };

type PersonColumns = {
  readonly person: string | null;
  readonly person_role: NonNullable<Parameters<typeof whoActs>[1]>['role'] | null;
};
const personOf = ({ person: name, person_role: role }: PersonColumns) =>
  name === null || role === null ? null : { name, role };
