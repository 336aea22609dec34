import type { PublishOptions } from '@edgeloop/broker-connection';

/** A connection to the broker, as long as it holds. */
export interface Link {
  /** @throws ConnectionError `CONNECTION_LOST` */
  publish(topic: string, payload: string | Uint8Array, options: PublishOptions): Promise<void>;
  /** @returns whether the broker grants it. @throws ConnectionError `CONNECTION_LOST` */
  subscribe(filter: string): Promise<boolean>;
}

/** Who speaks through the device's connection beside the messages of its own topics. */
export interface Companion {
  connected(link: Link): void;
  disconnected(): void;
  /** @returns whether the topic is its own */
  onMessage(topic: string, payload: Uint8Array): boolean;
}
