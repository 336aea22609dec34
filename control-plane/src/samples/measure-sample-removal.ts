import { type EpochMillis, epochMillis } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';
import type { Amount } from '../resources/retention.ts';
import { amountOf } from '../retention/amount-of.ts';
import { removableSamples } from './removable-samples.ts';
import { REMOVED_AT_ONCE, type SampleBounds } from './sample-retention.ts';

interface SampleRemoval {
  readonly removed: Amount;
  /** What stays whatever the bounds. */
  readonly kept: Amount;
}

/** What `sampleRetention` would remove by these bounds. */
export async function measureSampleRemoval(
  database: Database,
  { age, bytes }: SampleBounds,
  now: EpochMillis,
): Promise<SampleRemoval> {
  const all = await amountOf(database, database.selectFrom('samples').select('bytes').as('those'));
  const removable = removableSamples(database, now);
  const may = await amountOf(database, removable.select('bytes').as('those'));
  const kept = { count: all.count - may.count, bytes: all.bytes - may.bytes };
  // With how many, and how many bytes, go no later.
  const ordered = removable
    .select(({ fn }) => [
      'bytes',
      'received_at',
      fn
        .sum<number>('bytes')
        .over((over) => over.orderBy('id'))
        .as('upto'),
      fn
        .countAll<number>()
        .over((over) => over.orderBy('id'))
        .as('place'),
    ])
    .as('ordered');
  const excess = bytes === null ? 0 : all.bytes - bytes;
  const tooMany = database
    .selectFrom(ordered)
    .select('ordered.bytes')
    .where((eb) => eb(eb('upto', '-', eb.ref('bytes')), '<', excess));
  const { count } = await amountOf(database, tooMany.as('those'));
  const batches = Math.ceil(count / REMOVED_AT_ONCE);
  const before = age === null ? Number.MIN_SAFE_INTEGER : now - age;
  const removed = database
    .selectFrom(ordered)
    .select('ordered.bytes')
    .where((eb) =>
      eb.or([
        eb('place', '<=', batches * REMOVED_AT_ONCE),
        eb('received_at', '<', epochMillis(before)),
      ]),
    );
  return { removed: await amountOf(database, removed.as('those')), kept };
}
