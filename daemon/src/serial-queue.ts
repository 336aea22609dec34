/**
 * Runs asynchronous work one piece at a time, in the order in which it is queued; work that fails
 * holds up no other. The queue has no bound: its callers have bounds of their own.
 */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** @returns what the work does @throws what it throws */
  run<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }

  /** Resolves when all work queued so far is done. Never rejects. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
