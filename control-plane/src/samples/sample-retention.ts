import { type Bytes, type EpochMillis, epochMillis, type Millis } from '@edgeloop/protocol';
import type { ExpressionBuilder } from 'kysely';
import type { Artifacts } from '../artifacts/artifacts.ts';
import type { Database } from '../database/open-stores.ts';
import type { Tables } from '../database/tables.ts';
import type { RetentionRule } from '../retention/retention.ts';
import { removableSamples } from './removable-samples.ts';
import { removeSamples } from './remove-samples.ts';

export interface SampleBounds {
  /** Null: none is too old. */
  readonly age: Millis | null;
  /** Of all pictures together; null: however much. */
  readonly bytes: Bytes | null;
}

export interface SampleRetentionOptions {
  readonly database: Database;
  /** Looked at before each batch. */
  readonly bounds: () => SampleBounds;
  readonly artifacts: Pick<Artifacts, 'giveUp' | 'remove'>;
}

/** Samples of one transaction: detections are written to the same file and must not wait long. */
export const REMOVED_AT_ONCE = 100;

/**
 * Removes samples that nobody labelled, the oldest first: those that are too old, and while all
 * take too much room. What has a label, what a dataset has, and what someone is looking at stays,
 * however old.
 */
export function sampleRetention(options: SampleRetentionOptions): RetentionRule {
  const { database, bounds, artifacts } = options;
  return {
    name: 'samples',
    async removeSome(now) {
      const pictures = await database.transaction().execute(async (trx) => {
        const before = await limitOf(trx, bounds(), now);
        if (before === null) return null;
        const old = await removableSamples(trx, now)
          .select('id')
          .where((eb) => isOld(eb, before, now))
          .orderBy('id')
          .limit(REMOVED_AT_ONCE)
          .execute();
        const ids = old.map(({ id }) => id);
        const gone = await removeSamples(trx, ids, now);
        await artifacts.giveUp(gone);
        return { removed: ids.length, gone };
      });
      for (const sha256 of pictures?.gone ?? []) await artifacts.remove(sha256);
      return pictures?.removed ?? 0;
    },
  };
}

/**
 * Received before then; or stamped by a clock that was ahead, and stored before one that is too
 * old.
 */
function isOld(eb: ExpressionBuilder<Tables, 'samples'>, before: EpochMillis, now: EpochMillis) {
  const place = eb
    .selectFrom('samples as old')
    .select(({ fn }) => fn.max('old.id').as('id'))
    .where('old.received_at', '<', before);
  return eb.or([
    eb('received_at', '<', before),
    eb.and([eb('received_at', '>', now), eb('id', '<', place)]),
  ]);
}

/** What was received before may go; null: nothing may. */
async function limitOf(
  trx: Database,
  { age, bytes }: SampleBounds,
  now: EpochMillis,
): Promise<EpochMillis | null> {
  if (bytes !== null) {
    const { sum } = await trx
      .selectFrom('samples')
      .select(({ fn }) => fn.sum<number | null>('bytes').as('sum'))
      .executeTakeFirstOrThrow();
    if (Number(sum ?? 0) > bytes) return epochMillis(Number.MAX_SAFE_INTEGER);
  }
  return age === null ? null : epochMillis(now - age);
}
