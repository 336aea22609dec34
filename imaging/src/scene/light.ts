import type { Random } from '@edgeloop/protocol';
import type { RawImage } from '../raw-image.ts';

/** `dusk` is light that the labelled set lacks: low, warm, from one side, with more noise. */
export type Lighting = 'standard' | 'dusk';

interface Light {
  readonly gain: readonly [number, number, number];
  /** Change of level across the picture, along x and y. */
  readonly slope: readonly [number, number];
  readonly noise: number;
}

export function randomLight(lighting: Lighting, random: Random): Light {
  const dusk = lighting === 'dusk';
  const level = dusk ? random.between(0.34, 0.46) : random.between(0.68, 1.15);
  const warmth = dusk ? random.between(0.16, 0.24) : random.between(-0.09, 0.09);
  const strength = dusk ? 0.5 : 0.35;
  const direction = random.between(0, 2 * Math.PI);
  return {
    gain: [level * (1 + warmth), level, level * (1 - warmth)],
    slope: [strength * Math.cos(direction), strength * Math.sin(direction)],
    noise: dusk ? random.between(7, 10) : random.between(2, 6),
  };
}

const NOISE_SIZE = 1 << 16;

/** Applies light and sensor noise in place. */
export function applyLight(
  image: RawImage,
  light: Light,
  noiseTable: Int8Array,
  random: Random,
): void {
  const { data, width, height } = image;
  let at = 0;
  let noiseAt = Math.floor(random.next() * NOISE_SIZE);
  for (let y = 0; y < height; y++) {
    // Rows begin at odd places of the table, so that no pattern lines up.
    noiseAt += 977;
    const rowLevel = 1 + light.slope[1] * (y / height - 0.5);
    for (let x = 0; x < width; x++) {
      const level = rowLevel + light.slope[0] * (x / width - 0.5);
      for (let channel = 0; channel < 3; channel++, at++) {
        noiseAt = (noiseAt + 1) & (NOISE_SIZE - 1);
        const lit = (data[at] as number) * level * (light.gain[channel] as number);
        const value = lit + ((noiseTable[noiseAt] as number) * light.noise) / 32;
        data[at] = Math.max(0, Math.min(255, value));
      }
    }
  }
}

/** Bell-shaped noise with deviation 32, from the sum of four uniform numbers. */
export function noiseTable(random: Random): Int8Array {
  return Int8Array.from({ length: NOISE_SIZE }, () => {
    const sum = random.next() + random.next() + random.next() + random.next();
    return Math.max(-127, Math.min(127, Math.round((sum - 2) * 55)));
  });
}
