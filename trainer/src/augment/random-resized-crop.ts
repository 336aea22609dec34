import type { Box, Random, Size } from '@edgeloop/protocol';

/** Range of the box's share of the picture's area. */
export type CropScale = readonly [number, number];

const RATIO = [Math.log(3 / 4), Math.log(4 / 3)] as const;
const TRIES = 10;

/**
 * A random box of a random share of the area and a random shape, as torchvision's
 * RandomResizedCrop. Where none fits in ten tries: the largest box in the middle.
 */
export function randomResizedCrop(size: Size, scale: CropScale, random: Random): Box {
  for (let i = 0; i < TRIES; i++) {
    const area = size.width * size.height * random.between(scale[0], scale[1]);
    const ratio = Math.exp(random.between(RATIO[0], RATIO[1]));
    const width = Math.round(Math.sqrt(area * ratio));
    const height = Math.round(Math.sqrt(area / ratio));
    if (width < 1 || height < 1 || width > size.width || height > size.height) continue;
    const left = Math.floor(random.between(0, size.width - width + 1));
    const top = Math.floor(random.between(0, size.height - height + 1));
    return { left, top, width, height };
  }
  const side = Math.min(size.width, size.height);
  const left = Math.floor((size.width - side) / 2);
  return { left, top: Math.floor((size.height - side) / 2), width: side, height: side };
}
