import type { Millis } from '@edgeloop/protocol';

/**
 * Tells when no frame of a camera has been decided on for so long that an occurrence can't go on:
 * of a camera that was pulled out no next frame comes that would end it.
 */
export class SilenceWatch {
  readonly #after: Millis | null;
  readonly #onSilence: () => void;
  #timer: NodeJS.Timeout | null = null;
  #lasts = false;

  /** @param after null: nothing is ever open */
  constructor(after: Millis | null, onSilence: () => void) {
    this.#after = after;
    this.#onSilence = onSilence;
  }

  /** No frame was decided on since it was told. */
  get lasts(): boolean {
    return this.#lasts;
  }

  /** A frame was decided on. */
  end(): void {
    this.#lasts = false;
    if (this.#after === null) return;
    if (this.#timer) this.#timer.refresh();
    else this.#timer = setTimeout(() => this.#begin(), this.#after).unref();
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #begin(): void {
    this.#lasts = true;
    this.#onSilence();
  }
}
