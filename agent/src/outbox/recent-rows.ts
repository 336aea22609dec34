import { DELIVERY_WINDOW } from '@edgeloop/protocol';
import type { Entry, NewRow } from './entry.ts';

type Row = Extract<Entry, { kind: 'row' }>;

/**
 * The last rows that were committed, in order and without a gap: what is sent at once need not be
 * read back from the disk that it is on. At most a window of them; the oldest go first.
 */
export class RecentRows {
  #rows: readonly Row[] = [];

  /** @param first the number of the first of the rows */
  add(first: number, rows: readonly NewRow[]): void {
    const added = rows.map(
      ({ camera, body }, i): Row => ({ kind: 'row', seq: first + i, camera, body }),
    );
    const follows = this.#rows.at(-1)?.seq === first - 1;
    this.#rows = [...(follows ? this.#rows : []), ...added].slice(-DELIVERY_WINDOW);
  }

  /** Up to `limit` rows that follow `after`; null: they are not here. */
  read(after: number, limit: number): readonly Entry[] | null {
    const at = after + 1 - (this.#rows[0]?.seq ?? Number.POSITIVE_INFINITY);
    return at >= 0 && at < this.#rows.length ? this.#rows.slice(at, at + limit) : null;
  }

  /** Those up to `through` are not needed any more. */
  drop(through: number): void {
    this.#rows = this.#rows.filter(({ seq }) => seq > through);
  }

  /** What is on disk has changed otherwise. */
  clear(): void {
    this.#rows = [];
  }
}
