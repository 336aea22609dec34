import type { CameraId, DeviceAddress, DeviceId, OccurrenceId } from '@edgeloop/protocol';
import type { KeyedRate } from '../broker/access/keyed-rate.ts';
import { ControlPlaneError } from '../errors.ts';
import type { CameraPictures } from './camera-pictures.ts';
import { checkDevicePicture } from './check-device-picture.ts';
import type { OccurrencePictures } from './occurrence-pictures.ts';
import type { KeptPicture } from './picture-files.ts';
import type { PictureNews } from './picture-news.ts';

export interface DevicePicturesOptions {
  readonly cameras: CameraPictures;
  readonly occurrences: OccurrencePictures;
  readonly news: Pick<PictureNews, 'cameraChanged' | 'occurrencePictured'>;
  /** The rate at which each device may send pictures. */
  readonly rate: Pick<KeyedRate, 'take'>;
  /** One was kept. */
  readonly onKept: (kind: 'frame' | 'thumbnail') => void;
  /** False: the disk is nearly full. */
  readonly mayKeep: () => boolean;
  /** Whether it has not been decommissioned. */
  readonly isKnown: (device: DeviceId) => boolean;
}

type Content = Pick<KeptPicture, 'content' | 'capturedAt'>;

/**
 * What devices show of what they see. Nothing that a device says is trusted: size, content, how
 * often, how many.
 */
export class DevicePictures {
  readonly #options: DevicePicturesOptions;

  constructor(options: DevicePicturesOptions) {
    this.#options = options;
  }

  /**
   * @throws ControlPlaneError `TOO_MANY_PICTURES`, `DISK_FULL`, `STORE_FAILED`,
   * `PICTURE_UNREADABLE`, `UPLOAD_TOO_LARGE`, `CONFLICT`
   */
  async keepFrame(address: DeviceAddress, camera: CameraId, picture: Content): Promise<void> {
    await this.#check(address, picture);
    await this.#options.cameras.keep(address.device, camera, picture);
    if (await this.#hasLeft(address.device)) return;
    this.#options.onKept('frame');
    this.#options.news.cameraChanged(address, camera, picture.capturedAt);
  }

  /** @throws ControlPlaneError as `keepFrame` */
  async keepOccurrence(
    address: DeviceAddress,
    occurrence: OccurrenceId,
    { camera, ...picture }: Content & { readonly camera: CameraId },
  ): Promise<void> {
    await this.#check(address, picture);
    const { device } = address;
    await this.#options.occurrences.keep({ device, occurrence, camera, ...picture });
    if (await this.#hasLeft(device)) return;
    this.#options.onKept('thumbnail');
    this.#options.news.occurrencePictured(address, camera, occurrence);
  }

  /** @throws ControlPlaneError `NOT_FOUND` */
  async frame(device: DeviceId, camera: CameraId, known: string | null): Promise<KeptPicture> {
    const found = await this.#options.cameras.find(device, camera, known);
    if (found) return found;
    const message = `Expected a camera that has shown a picture, received ${camera} of ${device}. Agents send one with server.url in agent.yaml, unless it says pictures: off.`;
    throw new ControlPlaneError('NOT_FOUND', message);
  }

  /** @throws ControlPlaneError `NOT_FOUND` */
  async occurrence(
    device: DeviceId,
    occurrence: OccurrenceId,
    known: string | null,
  ): Promise<KeptPicture> {
    const found = await this.#options.occurrences.find(device, occurrence, known);
    if (found) return found;
    const message = `Expected an occurrence that has a picture, received ${occurrence} of ${device}. It was never sent, or is older than what is kept.`;
    throw new ControlPlaneError('NOT_FOUND', message);
  }

  /** Idempotent. */
  async removeDevice(device: DeviceId): Promise<void> {
    await this.#options.cameras.removeDevice(device);
    await this.#options.occurrences.removeDevice(device);
  }

  async #check({ device }: DeviceAddress, { content }: Content): Promise<void> {
    const { rate, mayKeep } = this.#options;
    if (!rate.take(device)) {
      const message = `Expected fewer pictures of ${device}, received another. Send it later.`;
      throw new ControlPlaneError('TOO_MANY_PICTURES', message);
    }
    if (!mayKeep()) {
      const message =
        'Expected room on the disk, received a picture. /healthz says how much is left.';
      throw new ControlPlaneError('DISK_FULL', message);
    }
    await checkDevicePicture(content);
  }

  /** One that was decommissioned while its picture was on its way leaves nothing. */
  async #hasLeft(device: DeviceId): Promise<boolean> {
    if (this.#options.isKnown(device)) return false;
    await this.removeDevice(device);
    return true;
  }
}
