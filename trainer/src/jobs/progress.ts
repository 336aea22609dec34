import type { Liveness } from '@edgeloop/daemon';
import { type Millis, seconds } from '@edgeloop/protocol';

/**
 * Of the longest that says nothing meanwhile: a champion's look at a large test side, on a small
 * machine.
 */
const PATIENCE = seconds(3600);

/**
 * When the trainer came further last: with a question for a job, whatever became of it, or with
 * anything of a job.
 */
export class Progress {
  readonly #now: () => Millis;
  #madeAt: Millis;
  #job: string | null = null;

  /** @param now monotonic */
  constructor(now: () => Millis) {
    this.#now = now;
    this.#madeAt = now();
  }

  made = (): void => {
    this.#madeAt = this.#now();
  };

  /** Null: it is between jobs. */
  worksOn(job: string | null): void {
    this.#job = job;
    this.made();
  }

  liveness(): Liveness {
    const quiet = this.#now() - this.#madeAt;
    const doing = this.#job === null ? 'Asks for jobs' : `Works on job ${this.#job}`;
    const hangs = quiet > PATIENCE;
    const status = hangs ? `${doing}; no progress for ${Math.round(quiet / 60_000)} min` : doing;
    return { working: !hangs, status };
  }
}
