import type { Millis } from '@edgeloop/protocol';

/**
 * Tells when no frame of a camera has been decided on for so long that what was said of it does not
 * hold any more: of a camera that was pulled out no next frame comes that would say something else.
 */
export class SilenceWatch {
  readonly #after: Millis;
  readonly #onSilence: () => void;
  #timer: NodeJS.Timeout | null = null;
  #lasts = false;

  constructor(after: Millis, onSilence: () => void) {
    this.#after = after;
    this.#onSilence = onSilence;
  }

  /** No frame was decided on since it was told. */
  get lasts(): boolean {
    return this.#lasts;
  }

  /** A frame was decided on, or could be from now on. */
  end(): void {
    this.#lasts = false;
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
