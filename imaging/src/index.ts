export {
  cropFrame,
  decodeCrop,
  decodeFitted,
  decodeGrey,
  decodePicture,
  fitWithin,
} from './decode.ts';
export { ImagingError } from './errors.ts';
export {
  inspectPicture,
  type Look,
  PICTURE_TYPES,
  type PictureFacts,
  type PictureType,
  pictureTypeOf,
} from './picture.ts';
export { type PictureHeader, readHeader } from './picture-header.ts';
export type { GreyImage, RawImage } from './raw-image.ts';
export { type ColourChange, encodeJpeg, encodeThumbnail, resizedRegion } from './region.ts';
export type { Lighting } from './scene/light.ts';
export { SCENE_CLASSES, type SceneClass } from './scene/part.ts';
export { drawSample, SCENE_VERSION, sceneFrame } from './scene/scene.ts';
