import type { CropPlan } from './plan.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

/**
 * The size to which a picture of `source` pixels is resized, shorter side first, and the box that
 * is then cut out of it. Rounds as torchvision does: the longer side down, the crop's offset to the
 * nearest, halves to even.
 */
export function cropGeometry(plan: CropPlan, source: Size): { resized: Size; box: Box } {
  const shorter = Math.min(source.width, source.height);
  const scale = (side: number) =>
    side === shorter ? plan.resize : Math.floor((plan.resize * side) / shorter);
  const resized = { width: scale(source.width), height: scale(source.height) };
  return {
    resized,
    box: {
      left: halfToEven((resized.width - plan.crop) / 2),
      top: halfToEven((resized.height - plan.crop) / 2),
      width: plan.crop,
      height: plan.crop,
    },
  };
}

function halfToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
