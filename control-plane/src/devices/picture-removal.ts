import type { DeviceId } from '@edgeloop/protocol';

/** Removes what a device has photographed, from datasets too, which then say so. */
export interface PictureRemoval {
  /** Idempotent: it goes on where it was ended. @returns how many pictures went */
  removePictures(device: DeviceId): Promise<number>;
}
