import { decodeGrey, fitWithin, type GreyImage, type RawImage } from '@edgeloop/imaging';
import type { FrameImage } from '../../camera/frame.ts';

/**
 * Pixels of the longer side: an eighth of 640, so that each stands for 8 × 8, the blocks of a JPEG.
 * What a model of 224 pixels can tell apart covers several.
 */
const SIDE = 80;
/**
 * Of each side of such a block so many pixels are read: their mean has a quarter of a pixel's
 * noise.
 */
const READ = 4;

/**
 * A small grey copy of a frame, for a fraction of what decoding it costs.
 * @throws ImagingError `IMAGE_UNREADABLE`
 */
export async function smallFrame(image: FrameImage): Promise<GreyImage> {
  return image.kind === 'raw' ? shrink(image) : decodeGrey(image.bytes, SIDE);
}

function shrink({ data, width: full, height: fullHeight }: RawImage): GreyImage {
  const { width, height } = fitWithin({ width: full, height: fullHeight }, SIDE);
  const grey = new Uint8Array(width * height);
  const columns = edges(full, width);
  const rows = edges(fullHeight, height);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [rows[y] as number, rows[y + 1] as number];
    const down = Math.max(1, Math.floor((bottom - top) / READ));
    for (let x = 0; x < width; x++) {
      const [left, right] = [columns[x] as number, columns[x + 1] as number];
      const along = Math.max(1, Math.floor((right - left) / READ));
      let sum = 0;
      let count = 0;
      for (let row = top; row < bottom; row += down) {
        for (let column = left; column < right; column += along) {
          const at = 3 * (row * full + column);
          // Green tells most of the brightness.
          sum += (data[at] as number) + 2 * (data[at + 1] as number) + (data[at + 2] as number);
          count += 4;
        }
      }
      grey[y * width + x] = Math.round(sum / count);
    }
  }
  return { data: grey, width, height };
}

/** Where each of `parts` parts of a length begins, and the last ends. */
const edges = (length: number, parts: number): number[] =>
  Array.from({ length: parts + 1 }, (_, i) => Math.floor((i * length) / parts));
