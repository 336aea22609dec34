export {
  cropFrame,
  decodeCrop,
  decodeFitted,
  decodeGrey,
  decodePicture,
  fitWithin,
} from './decode.ts';
export { ImagingError } from './errors.ts';
export { inspectPicture, type Look, type PictureFacts } from './picture.ts';
export { type PictureHeader, readHeader } from './picture-header.ts';
export { PICTURE_TYPES, type PictureType, pictureTypeOf } from './picture-type.ts';
export type { GreyImage, RawImage } from './raw-image.ts';
export { type ColourChange, encodeJpeg, encodeThumbnail, resizedRegion } from './region.ts';
export type { Lighting } from './scene/light.ts';
export { SCENE_CLASSES, type SceneClass } from './scene/part.ts';
export { drawSample, SCENE_VERSION, sceneFrame } from './scene/scene.ts';
