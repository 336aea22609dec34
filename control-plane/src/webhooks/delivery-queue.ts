import type { EpochMillis } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';
import type { BoundedTime } from '../trusted-time/bounded-time.ts';
import { LONGEST_DELAY } from './retry-delay.ts';

/** An event for a webhook, as it is sent. */
export interface QueuedEvent {
  readonly eventId: string;
  readonly kind: string;
  readonly body: string;
}

export interface DueDelivery extends QueuedEvent {
  readonly id: number;
  readonly attempts: number;
  readonly createdAt: number;
}

/** Of each webhook so many events wait; beyond it the oldest is given up, and counted. */
export const BOUND = 10_000;
/** What was delivered or given up is kept so long, for who asks why. */
const KEPT = 7 * 24 * 3_600_000;

export interface DeliveryQueueOptions {
  readonly database: Database;
  readonly now: () => EpochMillis;
  /** What was given up, and what is forgotten, comes not back. */
  readonly time: BoundedTime;
}

/** What each webhook was not told yet, on disk: a restart loses none of it. */
export class DeliveryQueue {
  readonly #database: Database;
  readonly #now: () => EpochMillis;
  readonly #time: BoundedTime;

  constructor({ database, now, time }: DeliveryQueueOptions) {
    this.#database = database;
    this.#now = now;
    this.#time = time;
  }

  /**
   * An event that is there already is not queued twice.
   * @param detectionCursor is kept in the same transaction
   */
  add(
    webhook: string,
    events: readonly QueuedEvent[],
    detectionCursor: string | null = null,
  ): Promise<void> {
    const [now, latest] = [this.#now(), this.#time.latest()];
    return this.#database.transaction().execute(async (trx) => {
      const known = await trx
        .selectFrom('webhooks')
        .select('id')
        .where('id', '=', webhook)
        .executeTakeFirst();
      if (!known) return;
      for (const { eventId, kind, body } of events) {
        await trx
          .insertInto('webhook_deliveries')
          .values({
            webhook_id: webhook,
            event_id: eventId,
            kind,
            body,
            next_at: now,
            created_at: latest,
            ended_at: null,
            answer: null,
          })
          .onConflict((conflict) => conflict.columns(['webhook_id', 'event_id']).doNothing())
          .execute();
      }
      if (detectionCursor !== null) {
        await trx
          .updateTable('webhooks')
          .set({ detection_cursor: detectionCursor })
          .where('id', '=', webhook)
          .execute();
      }
      const beyond = await trx
        .selectFrom('webhook_deliveries')
        .select('id')
        .where('webhook_id', '=', webhook)
        .where('state', '=', 'waiting')
        .orderBy('id', 'desc')
        .offset(BOUND)
        .limit(1)
        .executeTakeFirst();
      if (!beyond) return;
      await trx
        .updateTable('webhook_deliveries')
        .set({ state: 'given-up', ended_at: latest, answer: `more than ${BOUND} events waited` })
        .where('webhook_id', '=', webhook)
        .where('state', '=', 'waiting')
        .where('id', '<=', beyond.id)
        .execute();
    });
  }

  /** The oldest that waits, if its time has come: events of one webhook are told in order. */
  async due(webhook: string): Promise<DueDelivery | { readonly wait: number } | null> {
    const row = await this.#database
      .selectFrom('webhook_deliveries')
      .selectAll()
      .where('webhook_id', '=', webhook)
      .where('state', '=', 'waiting')
      .orderBy('id')
      .executeTakeFirst();
    if (!row) return null;
    const wait = row.next_at - this.#now();
    // Further off than any: by a clock that was ahead.
    if (wait > 0 && wait <= LONGEST_DELAY) return { wait };
    const { id, event_id: eventId, kind, body, attempts, created_at: createdAt } = row;
    return { id, eventId, kind, body, attempts, createdAt };
  }

  async delivered(id: number, answer: string): Promise<void> {
    await this.#end(id, 'delivered', answer);
  }

  async givenUp(id: number, answer: string): Promise<void> {
    await this.#end(id, 'given-up', answer);
  }

  async failed(id: number, nextAt: number, answer: string): Promise<void> {
    await this.#database
      .updateTable('webhook_deliveries')
      .set(({ eb }) => ({ attempts: eb('attempts', '+', 1), next_at: nextAt, answer }))
      .where('id', '=', id)
      .execute();
  }

  /** @returns how many that ended long before `now` were forgotten */
  async forgetEnded(now: EpochMillis): Promise<number> {
    const { numDeletedRows } = await this.#database
      .deleteFrom('webhook_deliveries')
      .where('ended_at', '<', now - KEPT)
      .executeTakeFirst();
    return Number(numDeletedRows);
  }

  async #end(id: number, state: 'delivered' | 'given-up', answer: string): Promise<void> {
    await this.#database
      .updateTable('webhook_deliveries')
      .set(({ eb }) => ({
        state,
        ended_at: this.#time.latest(),
        answer,
        attempts: eb('attempts', '+', 1),
      }))
      .where('id', '=', id)
      .execute();
  }
}
