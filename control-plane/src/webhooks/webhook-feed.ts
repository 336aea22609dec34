import { setTimeout as delay } from 'node:timers/promises';
import { type Backoff, backoffDelay, millis } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { ControlPlaneEvent } from '../events/event-bus.ts';
import { matchesEvent } from '../events/match-event.ts';
import type { Store } from '../store/store.ts';
import { BOUND, type DeliveryQueue } from './delivery-queue.ts';
import type { FedWebhook } from './fed-webhook.ts';
import { queueDetections } from './queue-detections.ts';

export interface WebhookFeedOptions {
  readonly webhooks: ReadonlyMap<string, FedWebhook>;
  readonly store: Pick<Store, 'read'>;
  readonly queue: DeliveryQueue;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Logger;
}

/** The most events that one transaction queues. */
const BATCH = 500;
/** A store that takes nothing is tried again. */
const RETRY: Backoff = { base: millis(500), cap: millis(5_000) };

/**
 * Brings what is new into the queues of webhooks, in order, and again until the store takes it. Of
 * each webhook 10,000 events wait meanwhile; for one more the oldest is given up, and counted.
 * Detections wait in the store itself.
 */
export class WebhookFeed {
  readonly #options: WebhookFeedOptions;
  readonly #closing = new AbortController();
  #detectionsWait = false;
  #wake: () => void = () => {};
  #woken = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: WebhookFeedOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** What waits is tried once more. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#rouse();
    await this.#running;
  }

  /** Returns at once. */
  hear(event: ControlPlaneEvent): void {
    const { webhooks } = this.#options;
    const wanting = [...webhooks.values()].filter(({ target }) =>
      matchesEvent(target.filter, event),
    );
    if (wanting.length === 0) return;
    const queued = { eventId: event.id, kind: event.kind, body: JSON.stringify(event) };
    for (const webhook of wanting) {
      webhook.waiting.push(queued);
      giveUpBeyond(webhook);
    }
    this.#rouse();
  }

  /** There are some that are new. */
  detectionsStored(): void {
    this.#detectionsWait = true;
    this.#rouse();
  }

  async #run(): Promise<void> {
    const { log, random, webhooks } = this.#options;
    const { signal } = this.#closing;
    let failed = 0;
    for (let last = false; !last; ) {
      if (failed > 0) await this.#pause(backoffDelay(RETRY, failed, random()));
      else await this.#news();
      last = signal.aborted;
      try {
        await this.#feed();
        failed = 0;
      } catch (error) {
        if (failed === 0) log.error({ error: (error as Error).message }, 'webhooks are told later');
        failed += 1;
      }
    }
    const waiting = [...webhooks.values()].reduce(
      (sum, webhook) => sum + webhook.waiting.length,
      0,
    );
    if (waiting > 0) log.error({ events: waiting }, 'webhooks are never told: nothing took them');
  }

  async #feed(): Promise<void> {
    const { webhooks, store, queue } = this.#options;
    this.#woken = false;
    let failure: { readonly error: unknown } | null = null;
    for (const webhook of webhooks.values()) {
      try {
        await this.#queueWaiting(webhook);
      } catch (error) {
        failure ??= { error };
      }
    }
    if (this.#detectionsWait) {
      this.#detectionsWait = false;
      try {
        await queueDetections({ store, queue }, webhooks.values());
      } catch (error) {
        this.#detectionsWait = true;
        failure ??= { error };
      }
    }
    if (failure) throw failure.error;
  }

  async #queueWaiting(webhook: FedWebhook): Promise<void> {
    const { queue } = this.#options;
    const { target, sender, waiting } = webhook;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH);
      try {
        await queue.add(target.id, batch);
      } catch (error) {
        waiting.unshift(...batch);
        giveUpBeyond(webhook);
        throw error;
      }
      sender.wake();
    }
  }

  async #news(): Promise<void> {
    if (this.#woken || this.#closing.signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  async #pause(most: number): Promise<void> {
    await delay(most, undefined, { signal: this.#closing.signal }).catch(() => {});
  }

  #rouse(): void {
    this.#woken = true;
    this.#wake();
  }
}

function giveUpBeyond(webhook: FedWebhook): void {
  const beyond = webhook.waiting.length - BOUND;
  if (beyond <= 0) return;
  webhook.waiting.splice(0, beyond);
  webhook.lost += beyond;
}
