import { createHash } from 'node:crypto';
import type { Sha256 } from '@edgeloop/protocol';

export interface Split<T> {
  readonly train: readonly T[];
  readonly validation: readonly T[];
  readonly test: readonly T[];
}

/** How many are on each side. */
export function sizesOf({ train, validation, test }: Split<unknown>) {
  return { train: train.length, validation: validation.length, test: test.length };
}

/**
 * Divides samples for good: a sample's side follows from its bytes and the seed alone, so that it
 * stays where it is when others join. Shares are of the whole, each class for itself; a class that
 * would have none on a side gives the sample that is nearest to it, and takes it back as soon as
 * one joins that belongs there.
 */
export function splitSamples<T extends { readonly sha256: Sha256; readonly label: number }>(
  samples: readonly T[],
  shares: { readonly validation: number; readonly test: number },
  seed: number,
): Split<T> {
  const sides: Record<keyof Split<T>, T[]> = { train: [], validation: [], test: [] };
  for (const ofClass of byLabel(samples).values()) {
    const placed = ofClass
      .map((sample) => ({ sample, place: placeOf(sample.sha256, seed) }))
      .sort((a, b) => a.place - b.place);
    const below = (limit: number) => placed.filter(({ place }) => place < limit).length;
    const testEnd = clamp(below(shares.test), 1, placed.length - 2);
    const validationEnd = clamp(
      below(shares.test + shares.validation),
      testEnd + 1,
      placed.length - 1,
    );
    placed.forEach(({ sample }, i) => {
      sides[i < testEnd ? 'test' : i < validationEnd ? 'validation' : 'train'].push(sample);
    });
  }
  return sides;
}

/** Uniform in [0, 1), from the bytes of the picture. */
function placeOf(sha256: Sha256, seed: number): number {
  return createHash('sha256').update(`${seed} ${sha256}`).digest().readUInt32BE() / 2 ** 32;
}

/** Samples of each class that has some, in the order in which the classes come. */
export function byLabel<T extends { readonly label: number }>(
  samples: readonly T[],
): ReadonlyMap<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const sample of samples) {
    const group = groups.get(sample.label);
    if (group) group.push(sample);
    else groups.set(sample.label, [sample]);
  }
  return groups;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
