import { ControlPlaneError } from '../../errors.ts';

/** So many at once: each takes 32 MiB and a thread of the pool, which files need as well. */
const AT_ONCE = 2;
/** So many wait; one more is refused. */
const WAITING = 32;

/** Hashes and checks passwords, only so many at a time. */
export class PasswordService {
  #busy = 0;
  readonly #waiting: (() => void)[] = [];

  /** @throws ControlPlaneError `TOO_BUSY` */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#busy < AT_ONCE) this.#busy += 1;
    else await this.#turn();
    try {
      return await work();
    } finally {
      // Whoever waits longest takes the place over.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#busy -= 1;
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length < WAITING) return new Promise((go) => void this.#waiting.push(go));
    const message = `Expected at most ${WAITING} logins to wait, received one more. Try again in a moment.`;
    throw new ControlPlaneError('TOO_BUSY', message);
  }
}
