import type { Size } from '@edgeloop/protocol';
import { open, orientedSize, reading } from './decode.ts';
import { ImagingError } from './errors.ts';
import { jpegSize } from './jpeg-size.ts';

const MEDIA_TYPES = { jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp' } as const;

/** What the first bytes of a picture say of it. Size as it is shown: turned by EXIF. */
export interface PictureHeader extends Size {
  readonly mediaType: (typeof MEDIA_TYPES)[keyof typeof MEDIA_TYPES];
}

/**
 * Without decoding the picture: what follows the header may still be damaged.
 * @throws ImagingError `IMAGE_UNREADABLE`
 */
export async function readHeader(bytes: Uint8Array): Promise<PictureHeader> {
  const known = jpegSize(bytes);
  if (known) return { ...known, mediaType: MEDIA_TYPES.jpeg };
  return reading(async () => {
    const { format } = await open(bytes).metadata();
    if (format !== 'jpeg' && format !== 'png' && format !== 'webp') {
      throw new ImagingError(
        'IMAGE_UNREADABLE',
        `Expected a JPEG, PNG or WebP picture, received ${format}. Convert it first.`,
      );
    }
    const { width, height } = await orientedSize(bytes);
    return { width, height, mediaType: MEDIA_TYPES[format] };
  });
}
