/** What there is one of is lent to one at a time, in the order of asking. */
export class Lender {
  #last: Promise<void> = Promise.resolve();

  /** @returns what gives it back; called once */
  async take(): Promise<() => void> {
    const before = this.#last;
    let giveBack = () => {};
    this.#last = new Promise<void>((resolve) => {
      giveBack = resolve;
    });
    await before;
    return giveBack;
  }

  /** When all that asked until now have given it back. */
  over(): Promise<void> {
    return this.#last;
  }
}
