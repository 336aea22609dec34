import { type EpochMillis, epochMillis } from '@edgeloop/protocol';
import type { Database } from '../database/open-stores.ts';
import { measurePictureRemoval } from '../pictures/measure-picture-removal.ts';
import type { RetentionPreview } from '../resources/retention.ts';
import { measureSampleRemoval } from '../samples/measure-sample-removal.ts';
import type { Store } from '../store/store.ts';
import type { RetentionBounds } from './retention-bounds.ts';

export interface PreviewOptions {
  readonly database: Database;
  readonly store: Pick<Store, 'read'>;
}

/** What the rules would remove by these bounds at this moment. Changes nothing. */
export async function previewRetention(
  { database, store }: PreviewOptions,
  bounds: RetentionBounds,
  now: EpochMillis,
): Promise<RetentionPreview> {
  const { detectionAge, databaseBytes, sampleAge, sampleBytes, pictureAge, pictureBytes } = bounds;
  const before = detectionAge === null ? null : epochMillis(now - detectionAge);
  const detections = await store.read('measureRemoval', { before, now, bytes: databaseBytes });
  const { removed: samples, kept } = await measureSampleRemoval(
    database,
    { age: sampleAge, bytes: sampleBytes },
    now,
  );
  const pictures = await measurePictureRemoval(
    database,
    { age: pictureAge, bytes: pictureBytes },
    now,
  );
  return { detections, samples, pictures, kept };
}
