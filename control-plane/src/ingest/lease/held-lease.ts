import type { Millis } from '@edgeloop/protocol';

/** A lease that this process has taken, and what it knows of having it still. */
export class HeldLease {
  readonly generation: number;
  readonly #trust: Millis;
  readonly #clock: () => number;
  readonly #lost = new AbortController();
  #confirmedAt: number;

  /** @param clock monotonic, in ms @param askedAt when the lease was asked for */
  constructor(generation: number, trust: Millis, clock: () => number, askedAt: number) {
    this.generation = generation;
    this.#trust = trust;
    this.#clock = clock;
    this.#confirmedAt = askedAt;
  }

  /** Aborted when another has it. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /**
   * Whether nobody else can have it yet: others are more patient than this. What a database can't
   * check is said only then, so that who was stopped for a while and goes on says nothing of what
   * he knew before.
   */
  get certain(): boolean {
    return !this.lost.aborted && this.#clock() - this.#confirmedAt < this.#trust;
  }

  /** The database has it so. @param askedAt when it was asked, in ms of the clock */
  confirm(askedAt: number): void {
    this.#confirmedAt = Math.max(this.#confirmedAt, askedAt);
  }

  lose(): void {
    this.#lost.abort();
  }
}
