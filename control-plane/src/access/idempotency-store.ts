import type { EpochMillis } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';
import { ControlPlaneError } from '../errors.ts';

export interface KeptAnswer {
  readonly status: number;
  readonly body: string;
}

interface KeyedRequest {
  readonly principal: string;
  readonly key: string;
  /** Of what is asked for: the same key for something else is a mistake. */
  readonly fingerprint: string;
}

/** Answers are kept so long. */
const KEPT = 24 * 3_600_000;
/** A request that has not been answered by then died with its process: it may begin anew. */
const ABANDONED = 60_000;

/**
 * The answers to requests that carry an `Idempotency-Key`. Source:
 * draft-ietf-httpapi-idempotency-key-header.
 */
export class IdempotencyStore {
  readonly #database: Database;
  readonly #now: () => EpochMillis;

  constructor({ database, now }: { database: Database; now: () => EpochMillis }) {
    this.#database = database;
    this.#now = now;
  }

  /**
   * @returns the answer that was given before; null: it is ours to do
   * @throws ControlPlaneError `IDEMPOTENCY_KEY_REUSED`; `CONFLICT` while the first is still being
   * worked on
   */
  begin({ principal, key, fingerprint }: KeyedRequest): Promise<KeptAnswer | null> {
    const now = this.#now();
    return this.#database.transaction().execute(async (trx) => {
      await trx
        .deleteFrom('idempotent_answers')
        .where('begun_at', '<', now - KEPT)
        .execute();
      const known = await trx
        .selectFrom('idempotent_answers')
        .selectAll()
        .where('principal', '=', principal)
        .where('idempotency_key', '=', key)
        .executeTakeFirst();
      if (known && known.fingerprint !== fingerprint) {
        const message = `Expected the request that the Idempotency-Key ${JSON.stringify(key)} came with first, received another.`;
        throw new ControlPlaneError('IDEMPOTENCY_KEY_REUSED', message);
      }
      if (known && known.status !== null) return { status: known.status, body: known.body ?? '' };
      if (known && now - known.begun_at < ABANDONED) {
        const message =
          'Expected the first request with this Idempotency-Key to be answered: it is being worked on. Ask again.';
        throw new ControlPlaneError('CONFLICT', message);
      }
      await trx
        .insertInto('idempotent_answers')
        .values({
          principal,
          idempotency_key: key,
          fingerprint,
          begun_at: now,
          status: null,
          body: null,
        })
        .onConflict((conflict) =>
          conflict.columns(['principal', 'idempotency_key']).doUpdateSet({ begun_at: now }),
        )
        .execute();
      return null;
    });
  }

  async keep({ principal, key }: KeyedRequest, { status, body }: KeptAnswer): Promise<void> {
    await this.#database
      .updateTable('idempotent_answers')
      .set({ status, body })
      .where('principal', '=', principal)
      .where('idempotency_key', '=', key)
      .execute();
  }

  /** It did not go through: the same key may try again. */
  async forget({ principal, key }: KeyedRequest): Promise<void> {
    await this.#database
      .deleteFrom('idempotent_answers')
      .where('principal', '=', principal)
      .where('idempotency_key', '=', key)
      .execute();
  }
}
