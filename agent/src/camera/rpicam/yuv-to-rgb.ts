import type { RawImage } from '@edgeloop/imaging';

/** Fixed point with 16 bits after the point. */
const ONE = 65_536;
const HALF = ONE / 2;
const RED_V = Math.round(1.402 * ONE);
const GREEN_U = Math.round(0.344136 * ONE);
const GREEN_V = Math.round(0.714136 * ONE);
const BLUE_U = Math.round(1.772 * ONE);

/**
 * Bytes of a picture of planes without padding: `uint8[height, width]`, then twice `uint8[height/2,
 * width/2]`.
 */
export const yuv420Bytes = (width: number, height: number): number => (width * height * 3) / 2;

/**
 * Planar YUV 4:2:0 to `uint8[height, width, 3]`, RGB. Full range BT.601, as in JPEG (ITU-T T.871,
 * clause 7): what rpicam-vid asks of the camera for yuv420. Each chroma sample colours its four
 * pixels.
 * @param yuv `yuv420Bytes(width, height)` bytes; both even
 */
export function yuvToRgb(yuv: Uint8Array, width: number, height: number): RawImage {
  const data = new Uint8ClampedArray(3 * width * height);
  const chroma = width / 2;
  const u = width * height;
  const v = u + (chroma * height) / 2;
  let out = 0;
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const chromaRow = (y >> 1) * chroma;
    for (let x = 0; x < chroma; x++) {
      const cb = (yuv[u + chromaRow + x] as number) - 128;
      const cr = (yuv[v + chromaRow + x] as number) - 128;
      const red = RED_V * cr + HALF;
      const green = HALF - GREEN_U * cb - GREEN_V * cr;
      const blue = BLUE_U * cb + HALF;
      for (let pair = 0; pair < 2; pair++) {
        const luma = yuv[row + 2 * x + pair] as number;
        data[out++] = luma + (red >> 16);
        data[out++] = luma + (green >> 16);
        data[out++] = luma + (blue >> 16);
      }
    }
  }
  return { data: new Uint8Array(data.buffer), width, height };
}
