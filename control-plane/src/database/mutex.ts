/** A mutual exclusion lock for asynchronous code; fair: granted in the order of asking. */
export class Mutex {
  #last: Promise<void> = Promise.resolve();

  /** @returns what releases it; called once */
  async acquire(): Promise<() => void> {
    const before = this.#last;
    let release = () => {};
    this.#last = new Promise<void>((resolve) => {
      release = resolve;
    });
    await before;
    return release;
  }

  /** Resolves when all that asked until now have released it. */
  idle(): Promise<void> {
    return this.#last;
  }
}
