import { readFile } from 'node:fs/promises';
import { decodeFitted, ImagingError, type RawImage } from '@edgeloop/imaging';
import { type Bytes, mebibytes, type Size } from '@edgeloop/protocol';
import { TrainerError } from '../errors.ts';

/**
 * A picture whose shorter side is bounded: decoded once and kept, or decoded from its file each
 * time.
 */
export interface FittedPicture extends Size {
  /**
   * @throws TrainerError `DATASET_CHANGED` when the file is no longer the picture that was read
   * first.
   */
  pixels(): Promise<RawImage>;
}

/** Memory for decoded pictures: 2,400 photos at 224², 12,000 at 96². */
export const PICTURE_MEMORY = mebibytes(1024);

/**
 * Keeps pictures decoded as long as they fit into a bound; the others cost their decoding in every
 * epoch.
 */
export class FittedPictures {
  readonly #shorterSide: number;
  #left: number;

  /** @param memory Bytes of pixels that are kept in all. */
  constructor(shorterSide: number, memory: Bytes) {
    this.#shorterSide = shorterSide;
    this.#left = memory;
  }

  /** @throws ImagingError `IMAGE_UNREADABLE` */
  async fit(path: string, bytes: Uint8Array): Promise<FittedPicture> {
    const picture = await decodeFitted(bytes, this.#shorterSide);
    const { width, height } = picture;
    if (picture.data.length <= this.#left) {
      this.#left -= picture.data.length;
      return { width, height, pixels: async () => picture };
    }
    return { width, height, pixels: () => this.#again(path, { width, height }) };
  }

  async #again(path: string, size: Size): Promise<RawImage> {
    try {
      const picture = await decodeFitted(await readFile(path), this.#shorterSide);
      if (picture.width === size.width && picture.height === size.height) return picture;
    } catch (cause) {
      if (!(cause instanceof ImagingError || (cause as NodeJS.ErrnoException).code)) throw cause;
      throw changed(path, (cause as Error).message);
    }
    throw changed(path, 'its size is another');
  }
}

function changed(path: string, what: string): TrainerError {
  return new TrainerError(
    'DATASET_CHANGED',
    `Expected ${path} as it was when the fit began, received another: ${what}. Leave the pictures alone while they are trained on.`,
  );
}
