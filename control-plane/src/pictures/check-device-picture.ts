import { ImagingError, pictureTypeOf, readHeader } from '@edgeloop/imaging';
import {
  DEVICE_PICTURE_TYPES,
  type DevicePictureType,
  MAX_PICTURE_BYTES,
  MAX_PICTURE_SIDE,
} from '@edgeloop/protocol';
import { ControlPlaneError } from '../errors.ts';

const isShown = (type: string | null): type is DevicePictureType =>
  DEVICE_PICTURE_TYPES.some((shown) => shown === type);

/** What is on disk was checked before it was kept. */
export function keptType(content: Uint8Array): DevicePictureType {
  const type = pictureTypeOf(content);
  return isShown(type) ? type : 'image/jpeg';
}

/**
 * A picture that a device brings, before it is kept: by its own first bytes, whatever the device
 * calls it.
 * @throws ControlPlaneError `PICTURE_UNREADABLE`, `UPLOAD_TOO_LARGE`
 */
export async function checkDevicePicture(content: Uint8Array): Promise<void> {
  if (content.length > MAX_PICTURE_BYTES) {
    const message = `Expected a picture of at most ${MAX_PICTURE_BYTES} bytes, received ${content.length}. Make it smaller: pictures.size in agent.yaml.`;
    throw new ControlPlaneError('UPLOAD_TOO_LARGE', message);
  }
  if (!isShown(pictureTypeOf(content))) {
    const message = `Expected a JPEG or WebP picture, received ${content.length} bytes of something else.`;
    throw new ControlPlaneError('PICTURE_UNREADABLE', message);
  }
  const { width, height } = await readHeader(content).catch((cause: unknown) => {
    if (!(cause instanceof ImagingError)) throw cause;
    throw new ControlPlaneError('PICTURE_UNREADABLE', cause.message, { cause });
  });
  if (Math.max(width, height) <= MAX_PICTURE_SIDE) return;
  const message = `Expected a picture of at most ${MAX_PICTURE_SIDE} pixels a side, received ${width} × ${height}. Make it smaller: pictures.size in agent.yaml.`;
  throw new ControlPlaneError('UPLOAD_TOO_LARGE', message);
}
