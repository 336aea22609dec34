import Type, { type Static } from 'typebox';

const Rgb = Type.Tuple([Type.Number(), Type.Number(), Type.Number()]);

/**
 * From a decoded picture to a square RGB crop: geometry only, the same for every variant of a
 * model. As torchvision's `Resize(resize)` and `CenterCrop(crop)`.
 */
export const CropPlan = Type.Object({
  /** Pixels of the shorter side after resizing. */
  resize: Type.Integer({ minimum: 8, maximum: 4096 }),
  /** Pixels of the side of the square that is cut from the centre. At most `resize`. */
  crop: Type.Integer({ minimum: 8, maximum: 4096 }),
  kernel: Type.Union([Type.Literal('linear'), Type.Literal('cubic'), Type.Literal('lanczos3')]),
});
export type CropPlan = Static<typeof CropPlan>;

/**
 * From the square RGB crop to the tensor that one variant of the model takes.
 *
 * - `uint8`, `NHWC`: bytes as decoded, with `padding` pixels of `padValue` on each side; the model has the
 *   normalization and its first convolution's padding folded in: `uint8[N, crop + 2·padding, crop + 2·padding, 3]`.
 * - `float32`, `NCHW`: `(byte / 255 − mean) / std`, no padding: `float32[N, 3, crop, crop]`.
 */
export const TensorPlan = Type.Union([
  Type.Object({
    type: Type.Literal('uint8'),
    layout: Type.Literal('NHWC'),
    padding: Type.Integer({ minimum: 0, maximum: 64 }),
    padValue: Rgb,
  }),
  Type.Object({
    type: Type.Literal('float32'),
    layout: Type.Literal('NCHW'),
    mean: Rgb,
    std: Rgb,
  }),
]);
export type TensorPlan = Static<typeof TensorPlan>;

/** ImageNet's mean and deviation for RGB in 0…1, as torchvision uses them. */
export const IMAGENET_MEAN: readonly [number, number, number] = [0.485, 0.456, 0.406];
export const IMAGENET_STD: readonly [number, number, number] = [0.229, 0.224, 0.225];

/** The usual evaluation crop for a model of `crop` pixels: 224 of 256, and in that proportion. */
export function evaluationCrop(crop: number): CropPlan {
  return { resize: Math.round((crop * 256) / 224), crop, kernel: 'linear' };
}

/**
 * What an FP32 model takes: `float32[N, 3, crop, crop]`, normalized as ImageNet's models are unless
 * told otherwise.
 */
export function floatTensorPlan(
  mean: readonly [number, number, number] = IMAGENET_MEAN,
  std: readonly [number, number, number] = IMAGENET_STD,
): Extract<TensorPlan, { type: 'float32' }> {
  return { type: 'float32', layout: 'NCHW', mean: [...mean], std: [...std] };
}
