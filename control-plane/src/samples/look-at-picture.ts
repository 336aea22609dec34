import { ImagingError, inspectPicture, type PictureFacts } from '@edgeloop/imaging';
import { ControlPlaneError } from '../errors.ts';

/** Decodes a picture that someone brought. @throws ControlPlaneError `PICTURE_UNREADABLE` */
export async function lookAtPicture(content: Uint8Array): Promise<PictureFacts> {
  try {
    return await inspectPicture(content);
  } catch (cause) {
    if (!(cause instanceof ImagingError)) throw cause;
    throw new ControlPlaneError('PICTURE_UNREADABLE', cause.message, { cause });
  }
}
