import { createHash } from 'node:crypto';
import { bytes, type Sha256, type TaskId } from '@edgeloop/protocol';
import type { Artifacts } from '../artifacts/artifacts.ts';
import { lookAtPicture } from './look-at-picture.ts';
import type { SampleStore } from './sample-store.ts';
import type { Sighting } from './sighting.ts';

interface PictureParts {
  readonly samples: SampleStore;
  readonly artifacts: Artifacts;
}

/**
 * Takes a whole picture in as a sample: it is checked by decoding it first.
 * @throws ControlPlaneError `PICTURE_UNREADABLE`, `STORAGE_FULL`
 */
export async function takePicture(
  { samples, artifacts }: PictureParts,
  task: TaskId,
  content: Uint8Array,
  sighting: Sighting,
): Promise<{ readonly sha256: Sha256; readonly isNew: boolean }> {
  const picture = await lookAtPicture(content);
  const sha256 = createHash('sha256').update(content).digest('hex') as Sha256;
  const size = bytes(content.length);
  await artifacts.write({ sha256, bytes: size }, [content]);
  const { isNew } = await samples.admit({ task, sha256, bytes: size, picture, sighting });
  return { sha256, isNew };
}
