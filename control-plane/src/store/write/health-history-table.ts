import type { EpochMillis, Health } from '@edgeloop/protocol';
import { countedBetween } from '../history/counted.ts';
import { bucketOf, mergeBuckets } from '../history/health-bucket.ts';
import { floorTo, HEALTH_LEVELS, type HealthLevel } from '../history/health-levels.ts';
import { fold, HealthRows, HealthRowWriter } from '../history/health-rows.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';
import type { Counters } from '../totals/counters.ts';

/** What a device told in all until its last word, and with this one. */
export interface TotalsChange {
  readonly before: Counters;
  readonly after: Counters;
}

/**
 * How each device did, over time, by this machine's clock. A word is counted where it arrives, with
 * all since the one before: one that was lost is in the next, and a rate is right over both. A
 * message writes one row; a coarse one is written when it is over, out of the fine ones.
 */
export class HealthHistoryTable {
  readonly #rows;
  readonly #writer;

  constructor(database: SqlDatabase) {
    this.#rows = new HealthRows(database);
    this.#writer = new HealthRowWriter(database);
  }

  /** @param heardAt when its last word came; null: never, or before histories were kept */
  add(
    device: number,
    { before, after }: TotalsChange,
    health: Health,
    { heardAt, at }: { readonly heardAt: EpochMillis | null; readonly at: EpochMillis },
  ): void {
    if (heardAt !== null) this.#foldEnded(device, heardAt, at);
    const level = HEALTH_LEVELS[0] as HealthLevel;
    const begin = floorTo(at, level.step);
    const bucket = bucketOf(countedBetween(before, after), health);
    // What was heard before the bucket began is not in it.
    const known =
      heardAt === null || heardAt < begin ? null : this.#rows.find(device, level, begin);
    this.#writer.save(device, level, begin, known ? mergeBuckets(known, bucket) : bucket);
  }

  #foldEnded(device: number, heardAt: EpochMillis, at: EpochMillis): void {
    for (const [i, level] of HEALTH_LEVELS.entries()) {
      const finer = HEALTH_LEVELS[i - 1];
      const from = floorTo(heardAt, level.step);
      if (!finer || from === floorTo(at, level.step)) continue;
      const span = { from, to: (from + level.step) as EpochMillis };
      const ended = fold(this.#rows.within(device, finer, span));
      if (ended) this.#writer.save(device, level, from, ended);
    }
  }
}
