import { type CropPlan, cropGeometry, type Size } from '@edgeloop/protocol';
import sharp, { type Sharp } from 'sharp';
import { ImagingError } from './errors.ts';
import { jpegSize } from './jpeg-size.ts';
import { requirePictureType } from './picture-type.ts';
import type { GreyImage, RawImage } from './raw-image.ts';

// Pictures come one after another in streams: a cache of operations would only keep memory.
sharp.cache(false);
// One thread a picture; several pictures at once use the thread pool.
sharp.concurrency(1);

/**
 * More pixels than any camera that we know has; what claims more is refused before it is decoded.
 */
const MAX_PIXELS = 64_000_000;

/**
 * Decodes JPEG, PNG or WebP and cuts the square that a model sees: `uint8[crop, crop, 3]`, RGB.
 * Turns by EXIF, takes the first of several pages, puts transparency over black. The trainer and
 * the agent run this same function.
 * @throws ImagingError `IMAGE_UNREADABLE`: no such picture, cut short, or too large.
 */
export async function decodeCrop(bytes: Uint8Array, plan: CropPlan): Promise<Uint8Array> {
  return reading(async () => cutCrop(open(bytes), await orientedSize(bytes), plan));
}

/**
 * The same for a picture that is decoded already.
 * @throws ImagingError `IMAGE_UNREADABLE`: too large for that crop.
 */
export async function cropFrame(frame: RawImage, plan: CropPlan): Promise<Uint8Array> {
  return cutCrop(fromRaw(frame), frame, plan);
}

/**
 * Decodes a picture so that its shorter side is at most `shorterSide`: what a trainer keeps in
 * memory.
 * @throws ImagingError `IMAGE_UNREADABLE`
 */
export async function decodeFitted(bytes: Uint8Array, shorterSide: number): Promise<RawImage> {
  return reading(async () => {
    const size = await orientedSize(bytes);
    const scale = Math.min(1, shorterSide / Math.min(size.width, size.height));
    const width = Math.max(1, Math.round(size.width * scale));
    const height = Math.max(1, Math.round(size.height * scale));
    const data = await rgb(open(bytes).resize(width, height, { fit: 'fill' }));
    return { data, width, height };
  });
}

/**
 * Decodes a whole picture in its own size: `uint8[height, width, 3]`, RGB, turned as it is shown.
 * @throws ImagingError `IMAGE_UNREADABLE`
 */
export async function decodePicture(bytes: Uint8Array): Promise<RawImage> {
  return reading(async () => {
    const { width, height } = await orientedSize(bytes);
    return { data: await rgb(open(bytes)), width, height };
  });
}

/**
 * A small grey copy of a picture, `uint8[height, width]`, its longer side at most `side`. Of a JPEG
 * no more than an eighth of each side is transformed; its codes are read in full all the same,
 * which is most of what it costs.
 * @throws ImagingError `IMAGE_UNREADABLE`
 */
export async function decodeGrey(bytes: Uint8Array, side: number): Promise<GreyImage> {
  return reading(async () => {
    const { data, info } = await open(bytes)
      .resize({
        width: side,
        height: side,
        fit: 'inside',
        withoutEnlargement: true,
        kernel: 'linear',
      })
      .flatten({ background: '#000' })
      .greyscale()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data };
  });
}

/** The size of a copy whose longer side has at most `side` pixels; never larger. */
export function fitWithin({ width, height }: Size, side: number): Size {
  const scale = Math.min(1, side / Math.max(width, height));
  const scaled = (length: number) => Math.max(1, Math.round(length * scale));
  return { width: scaled(width), height: scaled(height) };
}

/** Pixels of the picture as it is shown (turned by EXIF), from its header. */
export async function orientedSize(bytes: Uint8Array): Promise<Size> {
  const known = jpegSize(bytes);
  if (known) return known;
  return reading(async () => {
    const { width, height, orientation } = await open(bytes).metadata();
    return (orientation ?? 1) >= 5 ? { width: height, height: width } : { width, height };
  });
}

/**
 * @throws ImagingError `IMAGE_UNREADABLE` for a strip that is a giant once its shorter side is as
 * long as it should be
 */
async function cutCrop(picture: Sharp, size: Size, plan: CropPlan): Promise<Uint8Array> {
  const { resized, box } = cropGeometry(plan, size);
  if (resized.width * resized.height > MAX_PIXELS) {
    throw new ImagingError(
      'IMAGE_UNREADABLE',
      `Expected a picture of at most ${MAX_PIXELS / 1e6} megapixels with a shorter side of ${plan.resize}, received one of ${size.width}×${size.height}, which has ${Math.ceil((resized.width * resized.height) / 1e6)} then.`,
    );
  }
  return rgb(
    picture
      .resize(resized.width, resized.height, { fit: 'fill', kernel: plan.kernel })
      .extract(box),
  );
}

/**
 * A picture of the formats that are ours, for sharp: others have decoders that nobody here vouches
 * for.
 * @throws ImagingError
 */
export function open(bytes: Uint8Array): Sharp {
  requirePictureType(bytes);
  return sharp(bytes, {
    failOn: 'truncated',
    limitInputPixels: MAX_PIXELS,
    pages: 1,
    sequentialRead: true,
  }).autoOrient();
}

/** A picture that is decoded already, for sharp. */
export function fromRaw({ data, width, height }: RawImage): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** Runs a pipeline to 8-bit RGB, whatever came in. */
export async function rgb(picture: Sharp): Promise<Uint8Array> {
  return picture
    .flatten({ background: '#000' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer();
}

export async function reading<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof ImagingError) throw cause;
    throw new ImagingError(
      'IMAGE_UNREADABLE',
      `Expected a whole JPEG, PNG or WebP picture of at most ${MAX_PIXELS / 1e6} megapixels: ${(cause as Error).message}`,
      { cause },
    );
  }
}
