/**
 * What is done one after the other, in the order in which it is asked for; one that fails holds up no other. As many wait as ask: whoever does
 * has a bound of its own.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** @returns what the work does @throws what it throws */
  take<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }

  /** When all that was asked for so far is done. Never rejects. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
