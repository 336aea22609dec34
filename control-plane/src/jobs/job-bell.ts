import { setTimeout as wait } from 'node:timers/promises';
import { untilAny } from '@edgeloop/daemon';

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
    const ends = [this.#next.signal, signal];
    await untilAny(ends, (either) => wait(millis, undefined, { signal: either })).catch(() => {});
  }
}
