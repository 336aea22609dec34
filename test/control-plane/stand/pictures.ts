import { createHash } from 'node:crypto';
import type { Sha256 } from '@edgeloop/protocol';
import sharp from 'sharp';

/** A small JPEG; another seed gives another that does not look alike. */
export function picture(seed: number, format: 'jpeg' | 'png' | 'webp' = 'jpeg'): Promise<Buffer> {
  const hash = createHash('sha256').update(`${seed}`).digest();
  // Eight by eight blocks of one of four greys.
  const grey = (x: number, y: number) => ((hash[(y * 8 + x) >> 1] as number) >> (4 * (x & 1))) & 3;
  const size = 64;
  const data = Uint8Array.from(
    { length: size * size },
    (_, i) => grey((i % size) >> 3, Math.floor(i / size) >> 3) * 80,
  );
  return sharp(data, { raw: { width: size, height: size, channels: 1 } })
    .toFormat(format)
    .toBuffer();
}

export const sha256 = (bytes: Uint8Array) =>
  createHash('sha256').update(bytes).digest('hex') as Sha256;
