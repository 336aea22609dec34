import { type Millis, millis } from '@edgeloop/protocol';
import { addressKey } from '../../access/address-key.ts';
import { KeyedRate } from './keyed-rate.ts';
import type { Rate } from './token-bucket.ts';

export interface ConnectRates {
  /**
   * Connections of an address, before anything is read. A site's devices may all come back at once
   * behind one.
   */
  readonly address: Rate;
  /** CONNECTs of a client id: two devices with one id throw each other out without end. */
  readonly client: Rate;
  /** Failed authentications of an address. */
  readonly failures: Rate;
}

export const CONNECT_RATES: ConnectRates = {
  address: { burst: 2000, perSecond: 200 },
  client: { burst: 20, perSecond: 1 },
  failures: { burst: 60, perSecond: 1 },
};

/** The first failed answer waits so long, each further one longer, up to the last. */
const FIRST_DELAY = 100;
const LAST_DELAY = 5000;

/** How often a client may try to connect. */
export class ConnectLimits {
  readonly #addresses: KeyedRate;
  readonly #clients: KeyedRate;
  readonly #failures: KeyedRate;

  /** @param now a monotonic clock */
  constructor(rates: ConnectRates, now: () => Millis) {
    this.#addresses = new KeyedRate(rates.address, now);
    this.#clients = new KeyedRate(rates.client, now);
    this.#failures = new KeyedRate(rates.failures, now);
  }

  /** For a connection, before anything is read of it. */
  mayArrive(address: string): boolean {
    return this.#addresses.take(addressKey(address));
  }

  /** For a CONNECT, before its password is looked at. */
  mayTry(address: string, clientId: string): boolean {
    const known = this.#failures.has(addressKey(address));
    // Of its address: who knows a client's id must not be able to lock it out from elsewhere.
    return known && this.#clients.take(`${addressKey(address)} ${clientId}`);
  }

  /** Counts a failed authentication. @returns how long the answer must wait */
  failed(address: string): Millis {
    const key = addressKey(address);
    const before = Math.max(0, this.#failures.used(key));
    this.#failures.take(key);
    return millis(Math.min(LAST_DELAY, FIRST_DELAY * 2 ** Math.min(before, 10)));
  }
}
