import { randomBytes, randomUUID } from 'node:crypto';
import { type EpochMillis, timestamp } from '@edgeloop/protocol';
import type { Selectable } from 'kysely';
import type { Database } from '../database/open-stores.ts';
import { ControlPlaneError } from '../errors.ts';
import type { EventFilter } from '../events/match-event.ts';
import type { NewWebhook, Webhook } from '../resources/webhook.ts';
import type { WebhookTables } from './webhook-tables.ts';

/** A webhook as whoever delivers needs it. */
export interface Target {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  readonly filter: EventFilter;
  readonly detectionCursor: string | null;
}

/** People and programs that are told of events by HTTP. */
export class WebhookStore {
  readonly #database: Database;
  readonly #now: () => EpochMillis;

  constructor({ database, now }: { database: Database; now: () => EpochMillis }) {
    this.#database = database;
    this.#now = now;
  }

  /** @param detectionCursor from where on it is told of detections; null: it wants none */
  async create(
    { url, kinds, subject = {} }: NewWebhook,
    detectionCursor: string | null,
  ): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    const row = {
      id: randomUUID(),
      url,
      secret,
      created_at: this.#now(),
      kinds: JSON.stringify(kinds),
      subject: JSON.stringify(subject),
      detection_cursor: detectionCursor,
    };
    await this.#database.insertInto('webhooks').values(row).execute();
    return { webhook: { ...describe(row), waiting: 0, givenUp: 0, lastAnswer: null }, secret };
  }

  /** Oldest first. */
  async list(): Promise<Webhook[]> {
    const rows = await this.#database
      .selectFrom('webhooks')
      .selectAll()
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return Promise.all(
      rows.map(async (row) => ({ ...describe(row), ...(await this.#deliverySummary(row.id)) })),
    );
  }

  /** With all that it was not told yet. @throws ControlPlaneError `NOT_FOUND` */
  async remove(id: string): Promise<void> {
    const { numDeletedRows } = await this.#database
      .deleteFrom('webhooks')
      .where('id', '=', id)
      .executeTakeFirst();
    if (numDeletedRows > 0n) return;
    throw new ControlPlaneError('NOT_FOUND', `Expected the id of a webhook, received ${id}.`);
  }

  async targets(): Promise<Target[]> {
    const rows = await this.#database.selectFrom('webhooks').selectAll().execute();
    return rows.map(({ id, url, secret, kinds, subject, detection_cursor: detectionCursor }) => ({
      id,
      url,
      secret,
      detectionCursor,
      filter: { kinds: JSON.parse(kinds), subject: JSON.parse(subject) },
    }));
  }

  async #deliverySummary(id: string): Promise<Pick<Webhook, 'waiting' | 'givenUp' | 'lastAnswer'>> {
    const counts = await this.#database
      .selectFrom('webhook_deliveries')
      .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
      .where('webhook_id', '=', id)
      .groupBy('state')
      .execute();
    const last = await this.#database
      .selectFrom('webhook_deliveries')
      .select('answer')
      .where('webhook_id', '=', id)
      .where('answer', 'is not', null)
      .orderBy('id', 'desc')
      .executeTakeFirst();
    const count = (state: string) => Number(counts.find((row) => row.state === state)?.count ?? 0);
    return {
      waiting: count('waiting'),
      givenUp: count('given-up'),
      lastAnswer: last?.answer ?? null,
    };
  }
}

function describe(row: Selectable<WebhookTables['webhooks']>) {
  return {
    id: row.id,
    url: row.url,
    createdAt: timestamp(row.created_at),
    kinds: JSON.parse(row.kinds) as string[],
    subject: JSON.parse(row.subject),
  };
}
