import Type, { type Static } from 'typebox';
import { Ids } from '../id-schemas.ts';

/**
 * What a device shows of a camera, or of an occurrence, is small: to look at, not to learn from.
 */
export const MAX_PICTURE_BYTES = 256 * 1024;
/** Pixels of its longer side. */
export const MAX_PICTURE_SIDE = 1280;

export const DEVICE_PICTURE_TYPES = ['image/jpeg', 'image/webp'] as const;
export type DevicePictureType = (typeof DEVICE_PICTURE_TYPES)[number];

/** Beside `PUT /api/device/cameras/:camera/picture`. */
export const CameraPictureQuery = Type.Object(
  { capturedAt: Ids.timestamp },
  { additionalProperties: false },
);
export type CameraPictureQuery = Static<typeof CameraPictureQuery>;

/** Beside `PUT /api/device/occurrences/:occurrence/picture`: of the frame with which it began. */
export const OccurrencePictureQuery = Type.Object(
  { camera: Ids.camera, capturedAt: Ids.timestamp },
  { additionalProperties: false },
);
export type OccurrencePictureQuery = Static<typeof OccurrencePictureQuery>;
