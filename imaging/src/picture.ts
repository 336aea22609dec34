import type { Size } from '@edgeloop/protocol';
import { open, orientedSize, reading } from './decode.ts';
import { type PictureType, requirePictureType } from './picture-type.ts';

/** 64 bits as 16 hexadecimal digits: how a picture looks, see `inspectPicture`. */
export type Look = string & { readonly look: unique symbol };

export interface PictureFacts extends Size {
  readonly type: PictureType;
  readonly look: Look;
}

const LOOK_WIDTH = 9;
const LOOK_HEIGHT = 8;

/**
 * Decodes a whole picture and says what it is. Its look is dHash (Krawetz 2013): of 9×8 grey
 * values, whether each is darker than its right neighbour. Two looks of the same scene differ in
 * few bits, whatever the light and compression.
 * @throws ImagingError `IMAGE_UNREADABLE`: neither JPEG, PNG nor WebP, cut short, or too large.
 */
export async function inspectPicture(bytes: Uint8Array): Promise<PictureFacts> {
  const type = requirePictureType(bytes);
  return reading(async () => {
    const size = await orientedSize(bytes);
    const grey = await open(bytes)
      .flatten({ background: '#000' })
      .greyscale()
      .resize(LOOK_WIDTH, LOOK_HEIGHT, { fit: 'fill' })
      .raw({ depth: 'uchar' })
      .toBuffer();
    return { ...size, type, look: lookOf(grey) };
  });
}

function lookOf(grey: Uint8Array): Look {
  let digits = '';
  for (let row = 0; row < LOOK_HEIGHT; row++) {
    let bits = 0;
    for (let column = 0; column < LOOK_WIDTH - 1; column++) {
      const i = row * LOOK_WIDTH + column;
      bits = (bits << 1) | Number((grey[i] as number) < (grey[i + 1] as number));
    }
    digits += bits.toString(16).padStart(2, '0');
  }
  return digits as Look;
}
