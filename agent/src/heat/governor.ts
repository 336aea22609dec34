import { type Millis, millis } from '@edgeloop/protocol';
import type { Logger } from 'pino';
import { type Heat, type HeatLimits, intervalOf, nextLevel } from './next-level.ts';

export interface GovernorOptions {
  /** Null: as fast as it can, however hot. */
  readonly limits: HeatLimits | null;
  readonly heat: () => Heat;
  readonly log: Logger;
  readonly every?: Millis;
}

/** A step takes effect on the temperature within some seconds. */
const EVERY: Millis = millis(10_000);

/** Slows the cameras' inferences down while the device is hot. */
export class Governor {
  readonly #options: GovernorOptions;
  #level = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: GovernorOptions) {
    this.#options = options;
  }

  /** Least time from one inference of a camera to its next. */
  get interval(): Millis {
    const { limits } = this.#options;
    return limits ? intervalOf(this.#level, limits) : millis(0);
  }

  start(): void {
    this.#timer = setInterval(() => this.#step(), this.#options.every ?? EVERY);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #step(): void {
    const { limits, heat, log } = this.#options;
    if (!limits) return;
    const now = heat();
    const before = this.#level;
    this.#level = nextLevel(before, now, limits);
    if (this.#level === before) return;
    const facts = { ...now, interval: this.interval };
    if (before === 0) {
      const hot = now.celsius !== null && now.celsius >= limits.slowAt;
      const why = hot ? 'is hot' : 'is throttled by its firmware, for heat or want of voltage';
      log.warn(facts, `the device ${why}: inferences are slowed down`);
    } else if (this.#level === 0) log.info(facts, 'the device is well again: full speed');
  }
}
