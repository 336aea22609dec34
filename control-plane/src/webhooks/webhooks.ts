import type { EpochMillis } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Database } from '../database/open-stores.ts';
import type { EventBus } from '../events/event-bus.ts';
import { type EventFilter, matchesEvent } from '../events/match-event.ts';
import type { CreatedWebhook, NewWebhook, Webhook } from '../resources/webhook.ts';
import type { Store } from '../store/store.ts';
import type { BoundedTime } from '../trusted-time/bounded-time.ts';
import { checkKind } from './check-kind.ts';
import { checkUrl } from './check-url.ts';
import { DeliveryQueue } from './delivery-queue.ts';
import type { FedWebhook } from './fed-webhook.ts';
import { WebhookFeed } from './webhook-feed.ts';
import { WebhookSender } from './webhook-sender.ts';
import { type Target, WebhookStore } from './webhook-store.ts';

export interface WebhooksOptions {
  readonly database: Database;
  readonly store: Pick<Store, 'read'>;
  readonly events: EventBus;
  readonly version: string;
  readonly now: () => EpochMillis;
  readonly time: BoundedTime;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Logger;
}

/**
 * Tells whoever asked for it, by HTTP, signed, again and again until it was taken. Events are on
 * disk before they are sent. Detections are read from the store itself, so that none is missed; of
 * the others, what was published and is not on disk yet is lost with a kill.
 */
export class Webhooks {
  readonly #options: WebhooksOptions;
  readonly #store: WebhookStore;
  readonly #queue: DeliveryQueue;
  readonly #running = new Map<string, FedWebhook>();
  readonly #feed: WebhookFeed;
  #unsubscribe: () => void = () => {};

  constructor(options: WebhooksOptions) {
    this.#options = options;
    this.#store = new WebhookStore(options);
    this.#queue = new DeliveryQueue(options);
    this.#feed = new WebhookFeed({ ...options, webhooks: this.#running, queue: this.#queue });
  }

  async start(): Promise<void> {
    for (const target of await this.#store.targets()) this.#run(target);
    this.#unsubscribe = this.#options.events.subscribe((event) => {
      // Those come from the store.
      if (event.kind !== 'detection.stored') this.#feed.hear(event);
    });
    this.#feed.start();
    this.detectionsStored();
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    await this.#feed.close();
    await Promise.all(Array.from(this.#running.values(), ({ sender }) => sender.close()));
  }

  /**
   * @throws ControlPlaneError `REQUEST_INVALID` for a kind that is none, or fleeting, and for a URL
   * that nothing can be sent to
   */
  async create(asked: NewWebhook): Promise<CreatedWebhook> {
    checkUrl(asked.url);
    for (const kind of asked.kinds) checkKind(kind);
    const cursor = wantsDetections({ kinds: asked.kinds, subject: {} })
      ? await this.#options.store.read('latestDetection', null)
      : null;
    const created = await this.#store.create(asked, cursor);
    const target = (await this.#store.targets()).find(({ id }) => id === created.webhook.id);
    if (target) this.#run(target);
    return created;
  }

  async list(): Promise<Webhook[]> {
    const listed = await this.#store.list();
    const lost = ({ id }: Webhook) => this.#running.get(id)?.lost ?? 0;
    return listed.map((webhook) => ({ ...webhook, givenUp: webhook.givenUp + lost(webhook) }));
  }

  /** @throws ControlPlaneError `NOT_FOUND` */
  async remove(id: string): Promise<void> {
    await this.#store.remove(id);
    const running = this.#running.get(id);
    this.#running.delete(id);
    await running?.sender.close();
  }

  /** Forgets what ended long before `now`. @returns how many */
  forgetEnded(now: EpochMillis): Promise<number> {
    return this.#queue.forgetEnded(now);
  }

  /** There are some that are new. */
  detectionsStored(): void {
    this.#feed.detectionsStored();
  }

  #run(target: Target): void {
    const sender = new WebhookSender({ ...this.#options, target, queue: this.#queue });
    const { detectionCursor } = target;
    const fed = { target, sender, waiting: [], lost: 0, detectionCursor, passed: 0 };
    this.#running.set(target.id, fed);
    sender.start();
  }
}

const wantsDetections = (filter: EventFilter) =>
  matchesEvent(filter, { kind: 'detection.stored', subject: {} });
