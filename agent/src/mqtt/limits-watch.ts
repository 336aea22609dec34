import type { ConnectionOptions } from '@edgeloop/broker-connection';
import { type Millis, millis } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import { findLacking } from './explain-limits.ts';

export interface LimitsWatchOptions extends Pick<ConnectionOptions, 'broker' | 'clientId'> {
  readonly monotonic: () => Millis;
  readonly log: Logger;
}

/**
 * A connection that held for so long was not closed for what goes beyond the broker's limits, which
 * happens at once: a broker that restarts is not asked by its whole fleet.
 */
const HELD = millis(30_000);

/** What the broker does not grant, though the device needs it: MQTT 3.1.1 says nothing of that. */
export class LimitsWatch {
  readonly #options: LimitsWatchOptions;
  #lacking: string | null = null;
  /** By the monotonic clock; null: since the last connection ended there was none. */
  #connectedAt: Millis | null = null;

  constructor(options: LimitsWatchOptions) {
    this.#options = options;
  }

  /** And what to do; null: nothing, as far as it is known. */
  get lacking(): string | null {
    return this.#lacking;
  }

  connected(): void {
    this.#lacking = null;
    this.#connectedAt = this.#options.monotonic();
  }

  /** A connection, or an attempt at one, was closed without a word. */
  async closed(address: string, signal: AbortSignal): Promise<void> {
    const { monotonic, log, ...client } = this.#options;
    const held = this.#connectedAt !== null && monotonic() - this.#connectedAt >= HELD;
    this.#connectedAt = null;
    if (held) return;
    this.#lacking = await findLacking(address, client, signal);
    if (this.#lacking !== null) log.error(this.#lacking);
  }
}
