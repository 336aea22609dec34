import type { PublishOptions } from '@edgeloop/broker-connection';
import {
  buildTopic,
  type DeviceAddress,
  type EpochMillis,
  encodeMessage,
  seconds,
  TOPICS,
} from '@edgeloop/protocol';
import type { Watermark } from '../store/record.ts';
import { DeliveredPublisher } from './delivered-publisher.ts';
import { RateLimit } from './rate-limit.ts';

export interface DeliveredWordOptions {
  readonly now: () => EpochMillis;
  readonly admits: (address: DeviceAddress) => boolean;
  /** False: another process may have told devices more by now. */
  readonly mayTell: () => boolean;
  /** Resolves when the broker took it. */
  readonly publish: (topic: string, payload: string, options: PublishOptions) => Promise<void>;
}

const RESEND_EVERY = seconds(2);

/**
 * The word `delivered` to devices: how far they are stored, and that something is to be sent again.
 */
export class DeliveredWord {
  readonly #options: DeliveredWordOptions;
  readonly #publisher: DeliveredPublisher;
  #resends: RateLimit;

  constructor(options: DeliveredWordOptions) {
    this.#options = options;
    this.#resends = new RateLimit(RESEND_EVERY, options.now);
    this.#publisher = new DeliveredPublisher((watermark) => this.#publish(watermark));
  }

  /** By a connection that has just come about, to every device. */
  greet(watermarks: readonly Watermark[]): void {
    // Nobody has been asked by this connection.
    this.#resends = new RateLimit(RESEND_EVERY, this.#options.now);
    // A broker without a disk has forgotten them.
    this.offer(watermarks);
    // What was said while nobody listened must be said again.
    this.offer(watermarks.map((watermark) => ({ ...watermark, gap: true })));
  }

  offer(watermarks: readonly Watermark[]): void {
    this.#publisher.offer(watermarks);
  }

  async #publish({ site, device, stream, through, gap }: Watermark): Promise<void> {
    const { mayTell, admits, publish } = this.#options;
    // One that was revoked or has left is told nothing: what is retained of it would stay.
    if (!mayTell() || !admits({ site, device })) return;
    const { qos, retained } = TOPICS.delivered;
    // What is on its way behind a gap keeps coming for a while: one request for all of it.
    const resend = gap && this.#resends.mayPass(stream);
    const payload = encodeMessage('delivered', { stream, through, ...(resend && { resend }) });
    const retain = retained && !resend;
    await publish(buildTopic('delivered', { site, device }), payload, { qos, retain });
  }
}
