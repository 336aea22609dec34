import { setTimeout as delay } from 'node:timers/promises';
import type { Bytes } from '@edgeloop/protocol';

const SLICE = 64 * 1024;

/** Holds what is sent to a bandwidth: over all of it, so that many small bodies are held as one large one is. */
export class Pacer {
  readonly #bandwidth: Bytes | null;
  /** When the next slice may go. */
  #due = 0;

  /** @param bandwidth Bytes a second; null: no limit. */
  constructor(bandwidth: Bytes | null) {
    this.#bandwidth = bandwidth;
  }

  /** The bytes in slices, each when it may go. */
  async *slices(bytes: Uint8Array, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const bandwidth = this.#bandwidth;
    // A slice a second at least keeps the connection from falling silent.
    const size = bandwidth === null ? SLICE : Math.max(1, Math.min(SLICE, bandwidth));
    for (let at = 0; at < bytes.length; at += size) {
      const slice = bytes.subarray(at, at + size);
      if (bandwidth !== null) await this.#wait((slice.length / bandwidth) * 1000, signal);
      yield slice;
    }
  }

  async #wait(cost: number, signal: AbortSignal): Promise<void> {
    const now = performance.now();
    const turn = Math.max(now, this.#due);
    this.#due = turn + cost;
    await delay(turn - now, undefined, { signal });
  }
}
