import type { CameraId, DeviceId } from '@edgeloop/protocol';
import { ControlPlaneError } from '../errors.ts';
import type { KeptPicture, PictureFiles } from './picture-files.ts';

/** Of one device: more than any has, so that one that goes wrong does not fill the disk. */
const MAX_CAMERAS = 16;

/** The last frame of each camera. */
export class CameraPictures {
  readonly #files: PictureFiles;

  constructor(files: PictureFiles) {
    this.#files = files;
  }

  /** @throws ControlPlaneError `CONFLICT` for a camera too many, `DISK_FULL`, `STORE_FAILED` */
  async keep(
    device: DeviceId,
    camera: CameraId,
    picture: Pick<KeptPicture, 'content' | 'capturedAt'>,
  ): Promise<void> {
    const cameras = await this.#files.subjects(device);
    if (!cameras.includes(camera) && cameras.length >= MAX_CAMERAS) {
      const message = `Expected pictures of at most ${MAX_CAMERAS} cameras of a device, received one of ${camera} as well. Cameras that are gone count until the device is decommissioned.`;
      throw new ControlPlaneError('CONFLICT', message);
    }
    await this.#files.write(device, camera, picture);
  }

  /** Null: it has not shown any. @param known a version of which the content is not needed again */
  find(device: DeviceId, camera: CameraId, known: string | null): Promise<KeptPicture | null> {
    return this.#files.read(device, camera, known);
  }

  removeDevice(device: DeviceId): Promise<void> {
    return this.#files.removeDevice(device);
  }
}
