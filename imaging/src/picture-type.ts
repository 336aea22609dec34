import { ImagingError } from './errors.ts';

export const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const;
export type PictureType = (typeof PICTURE_TYPES)[number];

/** By its first bytes: what else sharp could open (SVG, TIFF, HEIF, …) never reaches it. */
export function pictureTypeOf(bytes: Uint8Array): PictureType | null {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return 'image/webp';
  return null;
}

/** @throws ImagingError `IMAGE_UNREADABLE` for every other format */
export function requirePictureType(bytes: Uint8Array): PictureType {
  const type = pictureTypeOf(bytes);
  if (type) return type;
  throw new ImagingError(
    'IMAGE_UNREADABLE',
    'Expected a JPEG, PNG or WebP picture, received something else. Other formats are to be converted first.',
  );
}
