import { setTimeout as delay } from 'node:timers/promises';
import { untilAny } from '@edgeloop/daemon';
import { type EpochMillis, millis } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { BoundedTime } from '../trusted-time/bounded-time.ts';
import type { DeliveryQueue, DueDelivery } from './delivery-queue.ts';
import { GIVE_UP_AFTER, retryDelay } from './retry-delay.ts';
import { signWebhook } from './sign-webhook.ts';
import type { Target } from './webhook-store.ts';

export interface WebhookSenderOptions {
  readonly target: Target;
  readonly queue: Pick<DeliveryQueue, 'due' | 'delivered' | 'failed' | 'givenUp'>;
  readonly version: string;
  readonly now: () => EpochMillis;
  readonly time: Pick<BoundedTime, 'earliest'>;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Logger;
}

/** A receiver that has not answered by then is tried again. */
const TIMEOUT = millis(10_000);
/** Looks so often for something new that nobody told it of. */
const IDLE = 30_000;
/** Of an answer, for a person. */
const ANSWER = 200;

/** Tells one webhook its events, one after another, each until it was taken or given up. */
export class WebhookSender {
  readonly #options: WebhookSenderOptions;
  readonly #closing = new AbortController();
  #sleeping = new AbortController();
  #woken = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** There is something new. */
  wake(): void {
    this.#woken = true;
    this.#sleeping.abort();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { queue, target, log } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        this.#woken = false;
        const next = await queue.due(target.id);
        if (next === null) await this.#sleep(IDLE);
        else if ('wait' in next) await this.#sleep(next.wait);
        else await this.#deliver(next);
      } catch (error) {
        log.warn({ error: (error as Error).message }, 'webhooks are told later');
        await this.#sleep(IDLE);
      }
    }
  }

  async #deliver(delivery: DueDelivery): Promise<void> {
    const { queue, now, time, random } = this.#options;
    const { taken, answer } = await this.#post(delivery);
    if (taken) await queue.delivered(delivery.id, answer);
    else if (this.#closing.signal.aborted) return;
    else if (time.earliest() - delivery.createdAt >= GIVE_UP_AFTER) {
      await queue.givenUp(delivery.id, answer);
    } else {
      const wait = retryDelay(delivery.attempts + 1, random());
      await queue.failed(delivery.id, now() + wait, answer);
    }
  }

  async #post({ eventId: id, body }: DueDelivery): Promise<{ taken: boolean; answer: string }> {
    const { target, version, now } = this.#options;
    const epochSeconds = Math.floor(now() / 1000);
    try {
      const response = await untilAny([this.#closing.signal, TIMEOUT], async (signal) => {
        const response = await fetch(target.url, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'user-agent': `edgeloop-control-plane/${version}`,
            ...signWebhook(target.secret, { id, epochSeconds, body }),
          },
          body,
          // It was given one address, and told things of the fleet: not another.
          redirect: 'manual',
          signal,
        });
        await response.body?.cancel();
        return response;
      });
      const answer = `${response.status} ${response.statusText}`.trim().slice(0, ANSWER);
      return { taken: response.ok, answer };
    } catch (error) {
      const { message, cause } = error as Error;
      const why = cause instanceof Error ? `${message}: ${cause.message}` : message;
      return { taken: false, answer: why.slice(0, ANSWER) };
    }
  }

  async #sleep(most: number): Promise<void> {
    if (this.#woken) return;
    // Of its own: a receiver that is away is slept for hours, and each wake would leave what waits
    // for the end of them.
    this.#sleeping = new AbortController();
    const { signal } = this.#sleeping;
    await delay(most, undefined, { ref: false, signal }).catch(() => {});
  }
}
