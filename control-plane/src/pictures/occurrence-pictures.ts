import type {
  Bytes,
  CameraId,
  DeviceId,
  EpochMillis,
  Millis,
  OccurrenceId,
} from '@edgeloop/protocol';
import type { Selectable, Transaction } from 'kysely';
import type { Database } from '../database/open-stores.ts';
import type { Tables } from '../database/tables.ts';
import type { RetentionRule } from '../retention/retention.ts';
import { commonLevel } from './common-level.ts';
import type { KeptPicture, PictureFiles } from './picture-files.ts';
import type { PictureTables } from './picture-tables.ts';

export interface OccurrencePicturesOptions {
  readonly database: Database;
  readonly files: PictureFiles;
  readonly now: () => EpochMillis;
}

export interface PictureBounds {
  /** Null: none is too old. */
  readonly age: Millis | null;
  /** Of all together; null: however much. */
  readonly bytes: Bytes | null;
}

export interface OccurrencePicture extends Pick<KeptPicture, 'content' | 'capturedAt'> {
  readonly device: DeviceId;
  readonly occurrence: OccurrenceId;
  readonly camera: CameraId;
}

/** So far what comes may be stamped ahead of what is sure, in the run of things. */
const AHEAD = 3_600_000;
/** Rows of one transaction, and devices that give some of them. */
const BATCH = 100;

/** A thumbnail as its row names it. */
type Named = Pick<Selectable<PictureTables['occurrence_pictures']>, 'id' | 'device' | 'occurrence'>;

/** One thumbnail for each occurrence: the file first, then the row that lets retention find it. */
export class OccurrencePictures {
  readonly #options: OccurrencePicturesOptions;

  constructor(options: OccurrencePicturesOptions) {
    this.#options = options;
  }

  async keep({ device, occurrence, camera, ...picture }: OccurrencePicture): Promise<void> {
    const { database, files, now } = this.#options;
    await files.write(device, occurrence, picture);
    const kept = {
      camera,
      captured_at: picture.capturedAt,
      received_at: now(),
      bytes: picture.content.length,
    };
    await database.transaction().execute(async (trx) => {
      const before = await trx
        .selectFrom('occurrence_pictures')
        .select('bytes')
        .where('device', '=', device)
        .where('occurrence', '=', occurrence)
        .executeTakeFirst();
      await trx
        .insertInto('occurrence_pictures')
        .values({ device, occurrence, ...kept })
        .onConflict((conflict) => conflict.columns(['device', 'occurrence']).doUpdateSet(kept))
        .execute();
      await hold(trx, device, kept.bytes - (before?.bytes ?? 0));
    });
  }

  /**
   * Null: there is none, or none any more.
   * @param known a version of which the content is not needed again
   */
  find(
    device: DeviceId,
    occurrence: OccurrenceId,
    known: string | null,
  ): Promise<KeptPicture | null> {
    return this.#options.files.read(device, occurrence, known);
  }

  /** Idempotent. */
  async removeDevice(device: DeviceId): Promise<void> {
    const { database, files } = this.#options;
    await files.removeDevice(device);
    await database.transaction().execute(async (trx) => {
      await trx.deleteFrom('occurrence_pictures').where('device', '=', device).execute();
      await trx.deleteFrom('picture_holdings').where('device', '=', device).execute();
    });
  }

  /**
   * Those go that are older than `age`; and while all take more than `bytes`, the oldest of the
   * devices that hold most: one that sends without end pushes out its own.
   * @param bounds looked at before each batch
   */
  retention(bounds: () => PictureBounds): RetentionRule {
    return {
      name: 'thumbnails',
      removeSome: async (now) => {
        await this.#stampAgain(now);
        const { age, bytes } = bounds();
        const excess = bytes === null ? 0 : (await this.#bytes()) - bytes;
        if (excess > 0) return this.#remove(await this.#ofMost(excess));
        return age === null ? 0 : this.#remove(await this.#before(now - age));
      },
    };
  }

  /** What a clock that was ahead has stamped grows old from now on. */
  async #stampAgain(now: EpochMillis): Promise<void> {
    await this.#options.database
      .updateTable('occurrence_pictures')
      .set({ received_at: now })
      .where('received_at', '>', now + AHEAD)
      .execute();
  }

  /** One number for each device. */
  async #bytes(): Promise<number> {
    const { sum } = await this.#options.database
      .selectFrom('picture_holdings')
      .select(({ fn }) => fn.sum<number | null>('bytes').as('sum'))
      .executeTakeFirstOrThrow();
    return Number(sum ?? 0);
  }

  /**
   * The oldest of those who hold most, until they hold no more than the others, or `excess` is
   * gone.
   */
  async #ofMost(excess: number): Promise<Named[]> {
    const holdings = await this.#options.database
      .selectFrom('picture_holdings')
      .selectAll()
      .orderBy('bytes', 'desc')
      .limit(BATCH + 1)
      .execute();
    const next = holdings[BATCH];
    const most = holdings.slice(0, BATCH);
    const held = most.map(({ bytes }) => bytes);
    const level = commonLevel(held, excess, next?.bytes ?? 0);
    const found: Named[] = [];
    let gone = 0;
    for (const { device, bytes } of most) {
      // Where more hold as much than are asked at a time, each gives one.
      const wanted = bytes > level ? BATCH - found.length : 1;
      if (bytes < level || wanted < 1) break;
      let left = bytes;
      for (const { bytes: its, ...named } of await this.#oldestOf(device, wanted)) {
        found.push(named);
        left -= its;
        gone += its;
        if (gone >= excess) return found;
        if (left <= level) break;
      }
    }
    return found;
  }

  #oldestOf(device: DeviceId, limit: number) {
    return this.#options.database
      .selectFrom('occurrence_pictures')
      .select(['id', 'device', 'occurrence', 'bytes'])
      .where('device', '=', device)
      .orderBy('received_at')
      .orderBy('id')
      .limit(limit)
      .execute();
  }

  #before(time: number): Promise<Named[]> {
    return this.#options.database
      .selectFrom('occurrence_pictures')
      .select(['id', 'device', 'occurrence'])
      .where('received_at', '<', time)
      .orderBy('received_at')
      .orderBy('id')
      .limit(BATCH)
      .execute();
  }

  async #remove(named: readonly Named[]): Promise<number> {
    const { database, files } = this.#options;
    if (named.length === 0) return 0;
    for (const { device, occurrence } of named) await files.remove(device, occurrence);
    const ids = named.map(({ id }) => id);
    await database.transaction().execute(async (trx) => {
      const removed = await trx
        .deleteFrom('occurrence_pictures')
        .where('id', 'in', ids)
        .returning(['device', 'bytes'])
        .execute();
      const given = new Map<DeviceId, number>();
      for (const { device, bytes } of removed) given.set(device, (given.get(device) ?? 0) + bytes);
      for (const [device, bytes] of given) await hold(trx, device, -bytes);
      await trx.deleteFrom('picture_holdings').where('bytes', '<=', 0).execute();
    });
    return named.length;
  }
}

/** @param more bytes than it held before; negative: fewer */
async function hold(trx: Transaction<Tables>, device: DeviceId, more: number): Promise<void> {
  await trx
    .insertInto('picture_holdings')
    .values({ device, bytes: more })
    .onConflict((conflict) =>
      conflict
        .column('device')
        .doUpdateSet(({ eb }) => ({ bytes: eb('picture_holdings.bytes', '+', more) })),
    )
    .execute();
}
