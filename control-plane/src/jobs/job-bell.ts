import { setTimeout as wait } from 'node:timers/promises';

/** Wakes trainers that wait for a job when there may be one. */
export class JobBell {
  #next = new AbortController();

  ring(): void {
    const rung = this.#next;
    this.#next = new AbortController();
    rung.abort();
  }

  /** Until it rings, the signal is aborted, or the time is over. */
  async heard(millis: number, signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([this.#next.signal, signal]);
    await wait(millis, undefined, { signal: either }).catch(() => {});
  }
}
