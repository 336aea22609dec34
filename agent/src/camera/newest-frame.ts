import type { Frame } from './frame.ts';

/** A queue of one: a newer frame replaces the one that waits. */
export class NewestFrame {
  #waiting: Frame | null = null;
  #closed = false;
  #wake: (() => void) | null = null;

  /** Whether a frame waits. */
  get waits(): boolean {
    return this.#waiting !== null;
  }

  /** @returns whether a frame was displaced */
  offer(frame: Frame): boolean {
    const displaced = this.#waiting !== null;
    this.#waiting = frame;
    this.#wake?.();
    return displaced;
  }

  /** Waits for a frame. Null: no more will come. One taker at a time. */
  async take(): Promise<Frame | null> {
    while (!this.#waiting && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const frame = this.#waiting;
    this.#waiting = null;
    return frame;
  }

  /** What waits can still be taken. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }
}
