import type { Size } from '@edgeloop/protocol';
import { orientedSize, reading } from './decode.ts';
import { jpegSize } from './jpeg-size.ts';
import { type PictureType, requirePictureType } from './picture-type.ts';

/** What the first bytes of a picture say of it. Size as it is shown: turned by EXIF. */
export interface PictureHeader extends Size {
  readonly mediaType: PictureType;
}

/**
 * Without decoding the picture: what follows the header may still be damaged.
 * @throws ImagingError `IMAGE_UNREADABLE`
 */
export async function readHeader(bytes: Uint8Array): Promise<PictureHeader> {
  const known = jpegSize(bytes);
  if (known) return { ...known, mediaType: 'image/jpeg' };
  return reading(async () => {
    const mediaType = requirePictureType(bytes);
    const { width, height } = await orientedSize(bytes);
    return { width, height, mediaType };
  });
}
