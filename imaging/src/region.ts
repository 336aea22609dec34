import type { Box } from '@edgeloop/protocol';
import { fromRaw, open, reading, rgb } from './decode.ts';
import type { RawImage } from './raw-image.ts';

type Row = readonly [number, number, number];

/**
 * A linear change of every pixel: `matrix · rgb · gain + offset`. Rows of the matrix add up to 1,
 * so that grey stays grey.
 */
export interface ColourChange {
  readonly matrix: readonly [Row, Row, Row];
  readonly gain: number;
  readonly offset: number;
}

/** What is done to a region beside resizing it. */
export interface RegionChange {
  readonly mirrored: boolean;
  readonly colour: ColourChange | null;
}

/**
 * Cuts `box` out of a picture, resizes it to `size`×`size`, mirrors and colours it: `uint8[size,
 * size, 3]`. For augmentation.
 */
export async function resizedRegion(
  image: RawImage,
  box: Box,
  size: number,
  { mirrored, colour }: RegionChange,
): Promise<Uint8Array> {
  const region = fromRaw(image).extract(box).resize(size, size, { fit: 'fill', kernel: 'linear' });
  if (mirrored) region.flop();
  if (colour) {
    const [red, green, blue] = colour.matrix;
    region.linear(colour.gain, colour.offset).recomb([[...red], [...green], [...blue]]);
  }
  return rgb(region);
}

/** `quality` 1…100. */
export async function encodeJpeg(image: RawImage, quality: number): Promise<Uint8Array> {
  return fromRaw(image).jpeg({ quality, mozjpeg: false }).toBuffer();
}

/**
 * A small JPEG of a picture, raw or a file: its longer side has at most `side` pixels; never
 * enlarged. A JPEG is decoded at the size that is needed (shrink on load).
 * @throws ImagingError `IMAGE_UNREADABLE`
 */
export async function encodeThumbnail(
  picture: RawImage | Uint8Array,
  side: number,
  quality: number,
): Promise<Uint8Array> {
  return reading(() =>
    (picture instanceof Uint8Array ? open(picture) : fromRaw(picture))
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#000' })
      .jpeg({ quality, mozjpeg: false })
      .toBuffer(),
  );
}
