import { mkdir, open, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  type CameraId,
  type DeviceId,
  type EpochMillis,
  epochMillis,
  type OccurrenceId,
} from '@edgeloop/protocol';
import { explainDisk } from '../artifacts/explain-disk.ts';

export interface KeptPicture {
  readonly capturedAt: EpochMillis;
  /** Another for each picture that was ever kept under the name. */
  readonly version: string;
  readonly content: Buffer;
}

/** What a picture is of: ids that were checked, so that they are names of files. */
type Subject = CameraId | OccurrenceId;

/**
 * Small pictures in files, one for each subject of a device; the newest wins. When it was taken is
 * the time of the file. None is flushed to the disk: after a power cut one may be missing, and the
 * next comes soon.
 */
export class PictureFiles {
  readonly #folder: string;
  /** No device is called so. */
  readonly #half: string;
  #count = 0;

  constructor(folder: string) {
    this.#folder = folder;
    this.#half = join(folder, '_half');
  }

  /** What a kill left half written goes. */
  async start(): Promise<void> {
    await rm(this.#half, { recursive: true, force: true });
    await mkdir(this.#half, { recursive: true });
  }

  /** @throws ControlPlaneError `DISK_FULL`, `STORE_FAILED`; the picture of before stays */
  async write(
    device: DeviceId,
    subject: Subject,
    { content, capturedAt }: Pick<KeptPicture, 'content' | 'capturedAt'>,
  ): Promise<void> {
    this.#count += 1;
    const half = join(this.#half, String(this.#count));
    try {
      await writeFile(half, content);
      await utimes(half, capturedAt / 1000, capturedAt / 1000);
      await mkdir(join(this.#folder, device), { recursive: true });
      await rename(half, this.#path(device, subject));
    } catch (error) {
      await rm(half, { force: true });
      const path = join(basename(this.#folder), device, subject);
      return explainDisk(`the picture ${path}`)(error as Error);
    }
  }

  /** Null: there is none. @param known a version of which the content is not needed again */
  async read(
    device: DeviceId,
    subject: Subject,
    known: string | null,
  ): Promise<KeptPicture | null> {
    const file = await open(this.#path(device, subject)).catch(absent);
    if (file === null) return null;
    try {
      const { size, ctimeMs, mtimeMs } = await file.stat();
      // A power cut may leave a name without its bytes.
      if (size === 0) return null;
      const version = `${Math.round(ctimeMs * 1000).toString(36)}-${size.toString(36)}`;
      const content = version === known ? Buffer.alloc(0) : await file.readFile();
      return { version, content, capturedAt: epochMillis(Math.round(mtimeMs)) };
    } finally {
      await file.close();
    }
  }

  /** Idempotent. */
  async remove(device: DeviceId, subject: Subject): Promise<void> {
    await rm(this.#path(device, subject), { force: true });
  }

  /** All of a device. Idempotent. */
  async removeDevice(device: DeviceId): Promise<void> {
    await rm(join(this.#folder, device), { recursive: true, force: true });
  }

  /** Subjects of which a device has one. */
  async subjects(device: DeviceId): Promise<readonly string[]> {
    return (await readdir(join(this.#folder, device)).catch(absent)) ?? [];
  }

  #path(device: DeviceId, subject: Subject): string {
    return join(this.#folder, device, subject);
  }
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
