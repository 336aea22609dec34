import { type EpochMillis, type Millis, millis, type SlotId } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Heads } from './heads.ts';
import { nextAt } from './next-at.ts';

export interface DailyFitOptions {
  readonly heads: Pick<Heads, 'fit' | 'labelledAt'>;
  readonly slots: readonly SlotId[];
  /** `HH:MM`, by the clock of the device. */
  readonly at: string;
  readonly now: () => EpochMillis;
  readonly log: Logger;
}

/** A timer may be no longer; the clock may be set meanwhile. */
const LONGEST: Millis = millis(3_600_000);

/** Fits the head of each slot at a time of day, where something was labelled since it was last tried. */
export class DailyFit {
  readonly #options: DailyFitOptions;
  readonly #tried = new Map<SlotId, EpochMillis>();
  #due: EpochMillis | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: DailyFitOptions) {
    this.#options = options;
  }

  start(): void {
    const { now, at } = this.#options;
    this.#due = nextAt(at, now());
    this.#wait();
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#due = null;
  }

  #wait(): void {
    if (this.#due === null) return;
    const left = Math.max(0, this.#due - this.#options.now());
    this.#timer = setTimeout(() => void this.#look(), Math.min(left, LONGEST));
  }

  async #look(): Promise<void> {
    const { now, at } = this.#options;
    const due = this.#due;
    if (due !== null && now() >= due) {
      await this.#fitAll();
      if (this.#due !== null) this.#due = nextAt(at, now());
    }
    this.#wait();
  }

  async #fitAll(): Promise<void> {
    const { heads, slots, now, log } = this.#options;
    for (const slot of slots) {
      try {
        const labelledAt = await heads.labelledAt(slot);
        if (labelledAt === null || labelledAt <= (this.#tried.get(slot) ?? 0)) continue;
        this.#tried.set(slot, now());
        await heads.fit(slot);
      } catch (error) {
        log.warn({ slot, error: (error as Error).message }, 'head not fitted');
      }
    }
  }
}
