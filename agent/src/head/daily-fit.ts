import {
  type EpochMillis,
  epochMillis,
  type Millis,
  type SlotId,
  seconds,
} from '@edgeloop/protocol';
import type { Logger } from 'pino';
import type { Heads } from './heads.ts';
import { nextAt } from './next-at.ts';
import { sameFit, type TriedFit } from './tried-fit.ts';

export interface DailyFitOptions {
  readonly heads: Pick<Heads, 'fit' | 'untried'>;
  readonly slots: readonly SlotId[];
  /** `HH:MM`, by the clock of the device. */
  readonly at: string;
  readonly now: () => EpochMillis;
  readonly monotonic: () => Millis;
  readonly log: Pick<Logger, 'warn'>;
  readonly lookEvery?: Millis;
}

/** The clock is looked at so often at least: it may be set meanwhile, on a Pi after each boot. */
const LOOK_EVERY = seconds(60);
/** One that moved further than the time that passed was set. */
const MOST_ADJUSTED = seconds(60);

/**
 * Fits the head of each slot at a time of day, where something was labelled, or the model is
 * another, since it was last tried. A clock that is set past that time has not come to it: a
 * Raspberry Pi's is at each boot, at any time of the day.
 */
export class DailyFit {
  readonly #options: DailyFitOptions;
  /**
   * What failed may do so for the moment's reasons: it is tried again after a restart. What came to
   * a verdict is noted on disk.
   */
  readonly #failed = new Map<SlotId, TriedFit>();
  #due: EpochMillis | null = null;
  /** By how much the clock is ahead of the monotonic one, as it was seen last. */
  #ahead = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: DailyFitOptions) {
    this.#options = options;
  }

  start(): void {
    const { now, at } = this.#options;
    this.#due = nextAt(at, now());
    this.#ahead = this.#lead();
    this.#wait();
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#due = null;
  }

  #wait(): void {
    if (this.#due === null) return;
    const { now, lookEvery = LOOK_EVERY } = this.#options;
    const left = Math.max(0, this.#due - now());
    this.#timer = setTimeout(() => void this.#look(), Math.min(left, lookEvery));
  }

  async #look(): Promise<void> {
    const { now, at } = this.#options;
    if (this.#due !== null && this.#wasSet()) this.#due = nextAt(at, now());
    if (this.#due !== null && now() >= this.#due) {
      await this.#fitAll();
      if (this.#due !== null) this.#due = nextAt(at, now());
    } else if (this.#due !== null) {
      // Sooner, where the clock was a little ahead and was set back.
      this.#due = epochMillis(Math.min(this.#due, nextAt(at, now())));
    }
    this.#wait();
  }

  #wasSet(): boolean {
    const before = this.#ahead;
    this.#ahead = this.#lead();
    return Math.abs(this.#ahead - before) > MOST_ADJUSTED;
  }

  #lead(): number {
    const { now, monotonic } = this.#options;
    return now() - monotonic();
  }

  async #fitAll(): Promise<void> {
    const { heads, slots, log } = this.#options;
    for (const slot of slots) {
      try {
        const untried = await heads.untried(slot);
        if (untried === null || sameFit(untried, this.#failed.get(slot) ?? null)) continue;
        this.#failed.set(slot, untried);
        await heads.fit(slot);
        this.#failed.delete(slot);
      } catch (error) {
        log.warn({ slot, error: (error as Error).message }, 'head not fitted');
      }
    }
  }
}
