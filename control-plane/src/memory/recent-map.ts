/** Values by key, of so many keys: for one more, the one that was set longest ago is forgotten. */
export class RecentMap<Key, Value> {
  readonly #bound: number;
  /** In the order in which they were set last. */
  readonly #values = new Map<Key, Value>();

  constructor(bound: number) {
    this.#bound = bound;
  }

  get size(): number {
    return this.#values.size;
  }

  get(key: Key): Value | undefined {
    return this.#values.get(key);
  }

  set(key: Key, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > this.#bound && oldest !== undefined) this.#values.delete(oldest);
  }
}
