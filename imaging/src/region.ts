import type { Box } from '@edgeloop/protocol';
import { fromRaw, rgb } from './decode.ts';
import type { RawImage } from './raw-image.ts';

/** Cuts `box` out of a picture, resizes it to `size`×`size`, mirrors it if asked: `uint8[size, size, 3]`. For augmentation. */
export async function resizedRegion(
  image: RawImage,
  box: Box,
  size: number,
  mirrored: boolean,
): Promise<Uint8Array> {
  const region = fromRaw(image).extract(box).resize(size, size, { fit: 'fill', kernel: 'linear' });
  return rgb(mirrored ? region.flop() : region);
}

/** `quality` 1…100. */
export async function encodeJpeg(image: RawImage, quality: number): Promise<Uint8Array> {
  return fromRaw(image).jpeg({ quality, mozjpeg: false }).toBuffer();
}
