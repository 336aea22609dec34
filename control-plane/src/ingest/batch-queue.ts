import { setTimeout as delay } from 'node:timers/promises';
import type { Millis } from '@edgeloop/protocol';

export interface BatchQueueOptions<Item> {
  /** Items that wait; who brings one more waits until there is room. */
  readonly bound: number;
  readonly largestBatch: number;
  /** Items that come within this time share a commit, and so the disk's flush. */
  readonly linger: Millis;
  readonly commit: (batch: readonly Item[]) => Promise<void>;
  /** What waits was dropped. */
  readonly onFailure: (error: unknown, dropped: number) => void;
}

/** Collects items into batches and commits one batch at a time, in order. */
export class BatchQueue<Item> {
  readonly #options: BatchQueueOptions<Item>;
  #waiting: Item[] = [];
  #committing: Promise<void> | null = null;
  #onRoom: (() => void)[] = [];
  /** Items that came, and that were committed or dropped. */
  #come = 0;
  #settled = 0;
  #onSettled: { readonly count: number; readonly resolve: () => void }[] = [];

  constructor(options: BatchQueueOptions<Item>) {
    this.#options = options;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** Resolves when the next may come. */
  push(item: Item): Promise<void> | undefined {
    this.#waiting.push(item);
    this.#come += 1;
    this.#committing ??= this.#commitAll();
    if (this.#waiting.length < this.#options.bound) return undefined;
    return new Promise((resolve) => {
      this.#onRoom.push(resolve);
    });
  }

  /** When nothing waits any more. */
  async drained(): Promise<void> {
    await this.#committing;
  }

  /** When all that came until now was committed or dropped, whatever comes meanwhile. */
  settled(): Promise<void> {
    if (this.#settled >= this.#come) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onSettled.push({ count: this.#come, resolve });
    });
  }

  async #commitAll(): Promise<void> {
    const { largestBatch, linger, commit, onFailure } = this.#options;
    while (this.#waiting.length > 0) {
      if (this.#waiting.length < largestBatch) await delay(linger);
      const batch = this.#waiting.splice(0, largestBatch);
      this.#notifyRoom();
      try {
        await commit(batch);
        this.#settle(batch.length);
      } catch (error) {
        const dropped = batch.length + this.#waiting.length;
        this.#waiting = [];
        this.#notifyRoom();
        this.#settle(dropped);
        onFailure(error, dropped);
      }
    }
    this.#committing = null;
  }

  #settle(count: number): void {
    this.#settled += count;
    const told = this.#onSettled.filter(({ count }) => count <= this.#settled);
    this.#onSettled = this.#onSettled.filter(({ count }) => count > this.#settled);
    for (const { resolve } of told) resolve();
  }

  #notifyRoom(): void {
    const waiting = this.#onRoom;
    this.#onRoom = [];
    for (const resolve of waiting) resolve();
  }
}
