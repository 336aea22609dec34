import { setTimeout as delay } from 'node:timers/promises';
import type { Bytes } from '@edgeloop/protocol';

const SLICE = 64 * 1024;

/**
 * Holds what is sent, or what is received, to a bandwidth: over all of it, so that many small
 * bodies are held as one large one is.
 */
export class Pacer {
  readonly #bandwidth: Bytes | null;
  /** When the next bytes may pass. */
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
      await this.admit(slice.length, signal);
      yield slice;
    }
  }

  /**
   * Resolves when so many bytes may pass. A sender that is read no faster than this sends no
   * faster.
   */
  async admit(length: number, signal: AbortSignal): Promise<void> {
    if (this.#bandwidth === null) return;
    const now = performance.now();
    const turn = Math.max(now, this.#due);
    this.#due = turn + (length / this.#bandwidth) * 1000;
    await delay(turn - now, undefined, { signal });
  }
}
