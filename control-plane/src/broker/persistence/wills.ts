import type { Journal } from './journal.ts';
import type { KeptWill } from './journal-changes.ts';

/**
 * What is said for a client when its connection ends without a word. They outlive the process: a
 * client that does not come back after a crash of the broker is gone, too.
 */
export class Wills {
  readonly #journal: Journal;
  readonly #wills = new Map<string, KeptWill>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  restore(client: string, will: KeptWill): void {
    this.#wills.set(client, will);
  }

  put(client: string, will: KeptWill): void {
    this.#wills.set(client, will);
    this.#journal.note({ table: 'wills', client, value: will });
  }

  get(client: string): KeptWill | undefined {
    return this.#wills.get(client);
  }

  delete(client: string): void {
    if (this.#wills.delete(client)) this.#journal.note({ table: 'wills', client, value: null });
  }

  /** Those that another broker took, which `isAlive` does not know. */
  *orphans(isAlive: (brokerId: string) => boolean): Generator<[string, KeptWill]> {
    for (const [client, will] of this.#wills) if (!isAlive(will.brokerId)) yield [client, will];
  }
}
