import type { Random } from '@edgeloop/protocol';
import type { Line } from './line/line.ts';
import type { Ledger } from './witness/ledger.ts';

/** What a fault strikes. */
export interface Scene {
  readonly line: Line;
  /** Told of what a fault destroys for good. */
  readonly ledger: Ledger;
  readonly random: Random;
}

/** A fault that has struck. */
export interface Struck {
  /** In words: what, and whom. */
  readonly what: string;
  /** Takes it back. Idempotent. */
  heal(): Promise<void>;
}

export interface Fault {
  readonly name: string;
  /** Null: not of this line. */
  strike(scene: Scene): Promise<Struck | null>;
}

export const pick = <Item>(random: Random, items: readonly Item[]): Item =>
  items[Math.floor(random.next() * items.length)] as Item;
