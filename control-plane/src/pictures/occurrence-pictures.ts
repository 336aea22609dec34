import type {
  Bytes,
  CameraId,
  DeviceId,
  EpochMillis,
  Millis,
  OccurrenceId,
} from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';
import type { RetentionRule } from '../retention/retention.ts';
import type { KeptPicture, PictureFiles } from './picture-files.ts';

export interface OccurrencePicturesOptions {
  readonly database: Database;
  readonly files: PictureFiles;
  readonly now: () => EpochMillis;
}

export interface OccurrencePicture extends Pick<KeptPicture, 'content' | 'capturedAt'> {
  readonly device: DeviceId;
  readonly occurrence: OccurrenceId;
  readonly camera: CameraId;
}

/** Rows of one transaction. */
const BATCH = 100;

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
      ...{ camera, captured_at: picture.capturedAt, received_at: now() },
      bytes: picture.content.length,
    };
    await database
      .insertInto('occurrence_pictures')
      .values({ device, occurrence, ...kept })
      .onConflict((conflict) => conflict.columns(['device', 'occurrence']).doUpdateSet(kept))
      .execute();
  }

  /** Null: there is none, or none any more. @param known a version of which the content is not needed again */
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
    await database.deleteFrom('occurrence_pictures').where('device', '=', device).execute();
  }

  /** The oldest go: those that are older than `age`, and while all take more than `bytes`. */
  retention({ age, bytes }: { readonly age: Millis; readonly bytes: Bytes }): RetentionRule {
    return {
      name: 'thumbnails',
      removeSome: async (now) => {
        const tooMany = (await this.#bytes()) > bytes;
        return this.#remove(tooMany ? null : now - age);
      },
    };
  }

  async #bytes(): Promise<number> {
    const { sum } = await this.#options.database
      .selectFrom('occurrence_pictures')
      .select(({ fn }) => fn.sum<number | null>('bytes').as('sum'))
      .executeTakeFirstOrThrow();
    return Number(sum ?? 0);
  }

  /** @param before received earlier; null: whenever */
  async #remove(before: number | null): Promise<number> {
    const { database, files } = this.#options;
    let oldest = database.selectFrom('occurrence_pictures').select(['id', 'device', 'occurrence']);
    if (before !== null) oldest = oldest.where('received_at', '<', before);
    const rows = await oldest.orderBy('received_at').orderBy('id').limit(BATCH).execute();
    for (const { device, occurrence } of rows) await files.remove(device, occurrence);
    if (rows.length > 0) {
      const ids = rows.map(({ id }) => id);
      await database.deleteFrom('occurrence_pictures').where('id', 'in', ids).execute();
    }
    return rows.length;
  }
}
