import type { PictureFacts } from '@edgeloop/imaging';
import {
  type Bytes,
  bytes,
  type DeviceAddress,
  type DeviceId,
  type EpochMillis,
  epochMillis,
  MAX_SAMPLE_BYTES,
  type SampleRecord,
  type Sha256,
  type TaskId,
} from '@edgeloop/protocol';
import type { Artifacts, Upload, UploadId } from '../artifacts/artifacts.ts';
import { ControlPlaneError } from '../errors.ts';
import { packTold } from './embedding/packed-embedding.ts';
import type { FindTask } from './find-task.ts';
import { lookAtPicture } from './look-at-picture.ts';
import type { SampleStore } from './sample-store.ts';
import type { DeviceSighting } from './sighting.ts';
import type { PendingSample, UploadStore } from './upload-store.ts';

export interface IntakeParts {
  readonly samples: SampleStore;
  readonly artifacts: Artifacts;
  readonly uploads: UploadStore;
  readonly findTask: FindTask;
  readonly onSample: (sample: { task: TaskId; sha256: Sha256; device: DeviceId }) => void;
}

interface Looked {
  readonly bytes: Bytes;
  readonly picture: PictureFacts;
}

/**
 * Takes pictures from devices: what a device says of one first, then its bytes, resumably, then
 * they are looked at.
 */
export class SampleIntake {
  readonly #parts: IntakeParts;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /**
   * Null: the picture is here, and that it was seen is noted. Else where its bytes go.
   * @throws ControlPlaneError `NOT_FOUND` for a slot that serves no task, `PICTURE_UNREADABLE`,
   * `STORAGE_FULL`, `UPLOAD_TOO_LARGE`, `UPLOADS_TOO_MANY`, `REQUEST_INVALID` for another size than
   * the picture has that is here
   */
  async begin(asking: DeviceAddress, record: SampleRecord): Promise<Upload | null> {
    const { samples, artifacts, uploads } = this.#parts;
    const { sha256 } = record;
    const task = await this.#taskOf(record);
    const pending: PendingSample = { ...asking, task, record };
    if (await samples.sight(task, sha256, sightingOf(pending))) return null;
    const upload = await artifacts.beginUpload({
      sha256,
      bytes: bytes(record.bytes),
      purpose: 'sample',
      owner: ownerOf(asking),
    });
    if (upload.offset === upload.bytes) {
      // Here for another task, or its device was cut off between the last byte and the answer.
      await this.#admit(pending, await this.#look(sha256));
      return null;
    }
    await uploads.keep(upload.id, pending);
    return upload;
  }

  /** @throws ControlPlaneError `NOT_FOUND` */
  view(asking: DeviceAddress, upload: UploadId): Promise<Upload> {
    return this.#parts.artifacts.viewUpload(upload, ownerOf(asking));
  }

  /**
   * Adds a piece; the last makes it a sample.
   * @throws ControlPlaneError as `Artifacts.append`, and `PICTURE_UNREADABLE`, after which nothing
   * of it is here
   */
  async append(
    asking: DeviceAddress,
    id: UploadId,
    offset: number,
    piece: AsyncIterable<Uint8Array>,
  ): Promise<Upload> {
    const { artifacts, uploads } = this.#parts;
    const upload = await artifacts.append(id, ownerOf(asking), bytes(offset), piece);
    if (upload.offset < upload.bytes) return upload;
    try {
      const looked = await this.#look(upload.sha256);
      for (const pending of await uploads.of(id)) await this.#admit(pending, looked);
    } catch (error) {
      // This upload brought it: nobody else refers to it yet.
      if (isUnreadable(error)) await artifacts.remove(upload.sha256);
      throw error;
    } finally {
      await uploads.remove(id);
    }
    return upload;
  }

  async #taskOf({ model, slot }: SampleRecord): Promise<TaskId> {
    const task = await this.#parts.findTask({ model, slot });
    if (task) return task;
    throw new ControlPlaneError(
      'NOT_FOUND',
      `Expected a model of the registry, or a task called as the slot, received the model ${model} in ${slot}. Register the model (edgeloop models push), or make a task of that name.`,
    );
  }

  /**
   * Whatever was announced: what is here is held against the bound before it is in memory, and its
   * own size is noted.
   */
  async #look(sha256: Sha256): Promise<Looked> {
    const pieces: Buffer[] = [];
    let length = 0;
    for await (const piece of await this.#parts.artifacts.read(sha256)) {
      length += piece.length;
      if (length > MAX_SAMPLE_BYTES) throw tooLarge(sha256);
      pieces.push(piece);
    }
    return { bytes: bytes(length), picture: await lookAtPicture(Buffer.concat(pieces)) };
  }

  async #admit(pending: PendingSample, looked: Looked): Promise<void> {
    const { task, device, record } = pending;
    const { isNew } = await this.#parts.samples.admit({
      task,
      sha256: record.sha256,
      ...looked,
      sighting: sightingOf(pending),
    });
    if (isNew) this.#parts.onSample({ task, sha256: record.sha256, device });
  }
}

const ownerOf = ({ device }: DeviceAddress) => `device:${device}`;

const tooLarge = (sha256: Sha256) =>
  new ControlPlaneError(
    'UPLOAD_TOO_LARGE',
    `Expected a picture of at most ${MAX_SAMPLE_BYTES} bytes, received ${sha256}, which has more.`,
  );

const isUnreadable = (error: unknown) =>
  error instanceof ControlPlaneError && error.code === 'PICTURE_UNREADABLE';

function sightingOf({ site, device, record }: PendingSample): DeviceSighting {
  const { camera, slot, model, reasons, unbiased, scores, burst, source = null } = record;
  const capturedAt: EpochMillis = epochMillis(Date.parse(record.capturedAt));
  return {
    kind: 'device',
    site,
    device,
    camera,
    slot,
    model,
    capturedAt,
    reasons,
    unbiased,
    scores,
    burst,
    source,
    embedding: packTold(record.embedding),
  };
}
