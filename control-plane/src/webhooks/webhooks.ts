import type { EpochMillis } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Database } from '../database/open-stores.ts';
import type { ControlPlaneEvent, EventBus } from '../events/event-bus.ts';
import { type EventFilter, matchesEvent } from '../events/match-event.ts';
import type { CreatedWebhook, NewWebhook, Webhook } from '../resources/webhook.ts';
import type { Store } from '../store/store.ts';
import { checkKind } from './check-kind.ts';
import { DeliveryQueue } from './delivery-queue.ts';
import { queueDetections } from './queue-detections.ts';
import { WebhookSender } from './webhook-sender.ts';
import { type Target, WebhookStore } from './webhook-store.ts';

export interface WebhooksOptions {
  readonly database: Database;
  readonly store: Pick<Store, 'read'>;
  readonly events: EventBus;
  readonly version: string;
  readonly now: () => EpochMillis;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Logger;
}

interface Running {
  readonly target: Target;
  readonly sender: WebhookSender;
  detectionCursor: string | null;
}

/**
 * Tells whoever asked for it, by HTTP, signed, again and again until it was taken. Events are on disk before they are
 * sent; detections are read from the store itself, so that a restart misses none.
 */
export class Webhooks {
  readonly #options: WebhooksOptions;
  readonly #store: WebhookStore;
  readonly #queue: DeliveryQueue;
  readonly #running = new Map<string, Running>();
  #unsubscribe: () => void = () => {};
  /** One write after another, in the order of events. */
  #queueing: Promise<void> = Promise.resolve();
  #detectionsWait = false;

  constructor(options: WebhooksOptions) {
    this.#options = options;
    this.#store = new WebhookStore(options);
    this.#queue = new DeliveryQueue(options);
  }

  async start(): Promise<void> {
    for (const target of await this.#store.targets()) this.#run(target);
    this.#unsubscribe = this.#options.events.subscribe((event) => this.#heard(event));
    this.detectionsStored();
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    await this.#queueing;
    await Promise.all(Array.from(this.#running.values(), ({ sender }) => sender.close()));
  }

  /** @throws ControlPlaneError `REQUEST_INVALID` for a kind that is none, or fleeting */
  async create(asked: NewWebhook): Promise<CreatedWebhook> {
    for (const kind of asked.kinds) checkKind(kind);
    const cursor = wantsDetections({ kinds: asked.kinds, subject: {} })
      ? await this.#options.store.read('latestDetection', null)
      : null;
    const created = await this.#store.create(asked, cursor);
    const target = (await this.#store.targets()).find(({ id }) => id === created.webhook.id);
    if (target) this.#run(target);
    return created;
  }

  list(): Promise<Webhook[]> {
    return this.#store.list();
  }

  /** @throws ControlPlaneError `NOT_FOUND` */
  async remove(id: string): Promise<void> {
    await this.#store.remove(id);
    const running = this.#running.get(id);
    this.#running.delete(id);
    await running?.sender.close();
  }

  /** Forgets what ended long ago. @returns how many */
  forgetEnded(): Promise<number> {
    return this.#queue.forgetEnded();
  }

  /** There are some that are new. */
  detectionsStored(): void {
    if (this.#detectionsWait) return;
    this.#detectionsWait = true;
    this.#enqueue(async () => {
      this.#detectionsWait = false;
      for (const running of this.#running.values()) {
        const { target, sender, detectionCursor } = running;
        if (detectionCursor === null) continue;
        const parts = { store: this.#options.store, queue: this.#queue, target };
        running.detectionCursor = await queueDetections(parts, detectionCursor);
        if (running.detectionCursor !== detectionCursor) sender.wake();
      }
    });
  }

  #run(target: Target): void {
    const sender = new WebhookSender({ ...this.#options, target, queue: this.#queue });
    this.#running.set(target.id, { target, sender, detectionCursor: target.detectionCursor });
    sender.start();
  }

  #heard(event: ControlPlaneEvent): void {
    // Those come from the store.
    if (event.kind === 'detection.stored') return;
    for (const { target, sender } of this.#running.values()) {
      if (!matchesEvent(target.filter, event)) continue;
      this.#enqueue(async () => {
        const queued = { eventId: event.id, kind: event.kind, body: JSON.stringify(event) };
        await this.#queue.add(target.id, [queued]);
        sender.wake();
      });
    }
  }

  #enqueue(work: () => Promise<void>): void {
    this.#queueing = this.#queueing.then(work).catch((error: Error) => {
      this.#options.log.error({ error: error.message }, 'an event is not queued for webhooks');
    });
  }
}

const wantsDetections = (filter: EventFilter) =>
  matchesEvent(filter, { kind: 'detection.stored', subject: {} });
