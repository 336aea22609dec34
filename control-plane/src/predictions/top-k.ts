/**
 * The first `most` items of many by an order, in bounded memory: what lies behind them is dropped
 * as it comes.
 */
export class TopK<Item> {
  readonly #most: number;
  readonly #order: (a: Item, b: Item) => number;
  #items: Item[] = [];

  constructor(most: number, order: (a: Item, b: Item) => number) {
    this.#most = most;
    this.#order = order;
  }

  add(item: Item): void {
    this.#items.push(item);
    // Twice as many, so that an item costs no more than a few comparisons.
    if (this.#items.length >= 2 * this.#most) this.#items = this.items();
  }

  items(): Item[] {
    return this.#items.toSorted(this.#order).slice(0, this.#most);
  }
}
