import type { EpochMillis } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';
import type { Amount } from '../resources/retention.ts';
import { amountOf } from '../retention/amount-of.ts';
import { commonLevel } from './common-level.ts';
import type { PictureBounds } from './occurrence-pictures.ts';

/**
 * What the retention of `OccurrencePictures` would remove by these bounds: to a picture a device.
 */
export async function measurePictureRemoval(
  database: Database,
  { age, bytes }: PictureBounds,
  now: EpochMillis,
): Promise<Amount> {
  const holdings = await database
    .selectFrom('picture_holdings')
    .select('bytes')
    .orderBy('bytes', 'desc')
    .execute();
  const held = holdings.map((one) => Number(one.bytes));
  const excess = bytes === null ? 0 : held.reduce((sum, one) => sum + one, 0) - bytes;
  const level = excess > 0 ? commonLevel(held, excess, 0) : null;
  if (level === null && age === null) return { count: 0, bytes: 0 };
  const ordered = database
    .selectFrom('occurrence_pictures')
    .innerJoin('picture_holdings', 'picture_holdings.device', 'occurrence_pictures.device')
    .select(({ fn }) => [
      'occurrence_pictures.bytes',
      'received_at',
      'picture_holdings.bytes as held',
      // Of its device, with those that go no later.
      fn
        .sum<number>('occurrence_pictures.bytes')
        .over((over) =>
          over
            .partitionBy('occurrence_pictures.device')
            .orderBy('received_at')
            .orderBy('occurrence_pictures.id'),
        )
        .as('upto'),
    ]);
  const removed = database
    .selectFrom(ordered.as('ordered'))
    .select('ordered.bytes')
    .where((eb) =>
      eb.or([
        ...(age === null ? [] : [eb('received_at', '<', now - age)]),
        ...(level === null
          ? []
          : [eb(eb('upto', '-', eb.ref('bytes')), '<', eb('held', '-', level))]),
      ]),
    );
  return amountOf(database, removed.as('those'));
}
