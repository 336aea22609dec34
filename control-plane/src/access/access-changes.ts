/**
 * Tells what is open that somebody may no longer be let in: sessions that ended, tokens that were
 * revoked, people who may less.
 */
export class AccessChanges {
  readonly #listeners = new Set<() => void>();

  /** @returns how to end it */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
