import { createHash } from 'node:crypto';
import { encodeJpeg, type PictureHeader, readHeader } from '@edgeloop/imaging';
import type { Sha256 } from '@edgeloop/protocol';
import type { Frame } from '../camera/frame.ts';

export interface EncodedPicture extends PictureHeader {
  readonly bytes: Uint8Array;
  readonly sha256: Sha256;
}

/** As cameras compress; a model sees no difference. */
const JPEG_QUALITY = 92;

/**
 * The frame's picture as a file: its own bytes where it came as one, else as a JPEG.
 * @throws ImagingError
 */
export async function encodePicture({ image }: Frame): Promise<EncodedPicture> {
  const bytes = image.kind === 'raw' ? await encodeJpeg(image, JPEG_QUALITY) : image.bytes;
  const header = await readHeader(bytes);
  return { ...header, bytes, sha256: createHash('sha256').update(bytes).digest('hex') as Sha256 };
}
