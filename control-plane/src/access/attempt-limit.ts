import { doubledDelay, type EpochMillis, type Millis, millis } from '@edgeloop/protocol';
import { RecentMap } from '../memory/recent-map.ts';

export interface AttemptLimitOptions {
  /** Failures in a row that cost nothing: a typing error. */
  readonly free: number;
  /** The first wait; each further failure doubles it. */
  readonly firstWait: Millis;
  /** Failures that lie further back than this count no more, either. */
  readonly longestWait: Millis;
  /** Keys that are remembered; beyond it the one that failed longest ago is forgotten. */
  readonly bound: number;
  readonly now: () => EpochMillis;
}

interface Failures {
  readonly count: number;
  readonly until: number;
}

/**
 * Slows down whoever guesses, by address. It is asked about what turned out wrong alone: what is
 * right needs no leave, however many behind the same address guess. A success takes nothing back,
 * or one good token would pay for endless guesses.
 */
export class AttemptLimit {
  readonly #options: AttemptLimitOptions;
  readonly #failures: RecentMap<string, Failures>;

  constructor(options: AttemptLimitOptions) {
    this.#options = options;
    this.#failures = new RecentMap(options.bound);
  }

  /** How long this key must wait before it may try; 0: it may. */
  wait(key: string): Millis {
    const { until = 0 } = this.#failures.get(key) ?? {};
    const left = until - this.#options.now();
    // Further off than any: by a clock that was ahead.
    return millis(left > this.#options.longestWait ? 0 : Math.max(0, left));
  }

  failed(key: string): void {
    const { free, firstWait, longestWait, now } = this.#options;
    const { count: before, until } = this.#failures.get(key) ?? { count: 0, until: 0 };
    const count = now() - until > longestWait ? 1 : before + 1;
    const backoff = { base: firstWait, cap: longestWait };
    const wait = count <= free ? 0 : doubledDelay(backoff, count - free - 1);
    this.#failures.set(key, { count, until: now() + wait });
  }
}
