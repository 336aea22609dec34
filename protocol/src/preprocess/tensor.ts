import type { TensorPlan } from './plan.ts';

/** Elements of the tensor of one picture: `3 · side²`, side with padding. */
export function tensorLength(plan: TensorPlan, crop: number): number {
  return 3 * tensorSide(plan, crop) ** 2;
}

/** Shape of a batch of `count` pictures. */
export function tensorShape(plan: TensorPlan, crop: number, count: number): number[] {
  const side = tensorSide(plan, crop);
  return plan.layout === 'NHWC' ? [count, side, side, 3] : [count, 3, side, side];
}

/** An array that `writeTensor` can fill for `count` pictures. */
export function allocateTensor(
  plan: TensorPlan,
  crop: number,
  count: number,
): Uint8Array | Float32Array {
  const length = count * tensorLength(plan, crop);
  return plan.type === 'uint8' ? new Uint8Array(length) : new Float32Array(length);
}

/**
 * Writes one picture, `rgb: uint8[crop, crop, 3]`, as the `index`th of a batch into `target`,
 * which comes from `allocateTensor` with the same plan and crop.
 */
export function writeTensor(
  plan: TensorPlan,
  crop: number,
  rgb: Uint8Array,
  target: Uint8Array | Float32Array,
  index: number,
): void {
  const start = index * tensorLength(plan, crop);
  if (plan.type === 'uint8') writePadded(plan, crop, rgb, target, start);
  else writeNormalized(plan, crop, rgb, target, start);
}

function tensorSide(plan: TensorPlan, crop: number): number {
  return plan.type === 'uint8' ? crop + 2 * plan.padding : crop;
}

function writePadded(
  plan: Extract<TensorPlan, { type: 'uint8' }>,
  crop: number,
  rgb: Uint8Array,
  target: Uint8Array | Float32Array,
  start: number,
): void {
  const side = crop + 2 * plan.padding;
  const border = plan.padding * 3;
  const row = side * 3;
  fillPixels(target, start, plan.padding * side, plan.padValue);
  for (let y = 0; y < crop; y++) {
    const at = start + (y + plan.padding) * row;
    fillPixels(target, at, plan.padding, plan.padValue);
    target.set(rgb.subarray(y * crop * 3, (y + 1) * crop * 3), at + border);
    fillPixels(target, at + border + crop * 3, plan.padding, plan.padValue);
  }
  fillPixels(target, start + (crop + plan.padding) * row, plan.padding * side, plan.padValue);
}

function fillPixels(
  target: Uint8Array | Float32Array,
  start: number,
  count: number,
  [r, g, b]: readonly [number, number, number],
): void {
  for (let i = start, end = start + count * 3; i < end; i += 3) {
    target[i] = r;
    target[i + 1] = g;
    target[i + 2] = b;
  }
}

function writeNormalized(
  plan: Extract<TensorPlan, { type: 'float32' }>,
  crop: number,
  rgb: Uint8Array,
  target: Uint8Array | Float32Array,
  start: number,
): void {
  const plane = crop * crop;
  plan.mean.forEach((mean, channel) => {
    const scale = 1 / (255 * (plan.std[channel] as number));
    const shift = -mean / (plan.std[channel] as number);
    const at = start + channel * plane;
    for (let i = 0, from = channel; i < plane; i++, from += 3) {
      target[at + i] = (rgb[from] as number) * scale + shift;
    }
  });
}
