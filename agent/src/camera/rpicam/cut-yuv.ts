import type { FrameImage } from '../frame.ts';
import { yuv420Bytes, yuvToRgb } from './yuv-to-rgb.ts';

/**
 * Cuts a stream of planar YUV 4:2:0 pictures of one size, which nothing separates, into frames.
 * What is left of a picture at the end is none.
 */
export function cutYuv(width: number, height: number) {
  const length = yuv420Bytes(width, height);
  return async function* (output: AsyncIterable<Uint8Array>): AsyncGenerator<FrameImage> {
    // One buffer: a picture is made of it before the next begins.
    const yuv = new Uint8Array(length);
    let filled = 0;
    for await (const chunk of output) {
      for (let at = 0; at < chunk.length; ) {
        const part = chunk.subarray(at, at + length - filled);
        yuv.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled < length) continue;
        filled = 0;
        yield { kind: 'raw', ...yuvToRgb(yuv, width, height) };
      }
    }
  };
}
