/**
 * Where the time of a training goes: into steps, or into waiting for their pictures. Validation and
 * checkpoints are neither.
 */
export class StepClock {
  readonly #now: () => number;
  #begun = 0;
  #waiting = 0;
  #running = 0;
  #steps = 0;

  /** @param now Monotonic milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** From now on the engine has nothing to do. */
  begin(): void {
    this.#begun = this.#now();
  }

  /** Steps of one call, for which pictures are there. */
  async steps<T>(count: number, run: () => Promise<T>): Promise<T> {
    const begun = this.#now();
    const result = await run();
    this.#waiting += begun - this.#begun;
    this.#running += this.#now() - begun;
    this.#steps += count;
    return result;
  }

  /** Of one step, waiting included. 0 before the first. */
  get secondsPerStep(): number {
    return this.#steps === 0 ? 0 : (this.#waiting + this.#running) / this.#steps / 1000;
  }

  /** Of the time so far, how much the engine waited for pictures. */
  get waitingShare(): number {
    const all = this.#waiting + this.#running;
    return all === 0 ? 0 : this.#waiting / all;
  }

  imagesPerSecond(batch: number): number {
    return this.#steps === 0 ? 0 : batch / this.secondsPerStep;
  }
}
