import type { PictureType } from '@edgeloop/imaging';
import type { Sha256 } from '@edgeloop/protocol';

const ENDINGS: Readonly<Record<PictureType, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
};

/** What a picture is called in an export: its digest, so that anyone can check it. */
export function pictureFile(picture: { sha256: Sha256; type: PictureType }): string {
  return `${picture.sha256}.${ENDINGS[picture.type]}`;
}
