import type { Sha256 } from '@edgeloop/protocol';
import { TrainerError } from '../errors.ts';
import type { Sample } from './image-folder.ts';
import type { Split } from './split.ts';

/** A version of a dataset that was frozen elsewhere: which side a picture is on is settled. */
export interface FrozenDataset {
  readonly fingerprint: Sha256;
  /** By name; the folder of each is `classFolder` of its place here. */
  readonly classes: readonly string[];
  readonly sides: ReadonlyMap<Sha256, keyof Split<Sample>>;
}

/** In the order of the classes, whatever their names. */
export function classFolder(index: number): string {
  return String(index).padStart(6, '0');
}

/**
 * @throws TrainerError `DATASET_CHANGED`, `DATASET_CLASS_TOO_SMALL` where training or judging would
 * have nothing to go by.
 */
export function splitAsFrozen(
  samples: readonly Sample[],
  { classes, sides }: FrozenDataset,
): Split<Sample> {
  const split: Record<keyof Split<Sample>, Sample[]> = { train: [], validation: [], test: [] };
  for (const sample of samples) {
    const side = sides.get(sample.sha256);
    if (side === undefined) {
      throw new TrainerError(
        'DATASET_CHANGED',
        `Expected pictures of the frozen dataset, received another: ${sample.file}.`,
      );
    }
    split[side].push(sample);
  }
  const untaught = classes.filter((_, label) => !split.train.some((one) => one.label === label));
  if (untaught.length > 0) {
    throw tooSmall(`pictures of every class to train on, received none of ${untaught.join(', ')}`);
  }
  for (const side of ['validation', 'test'] as const) {
    if (split[side].length === 0) throw tooSmall(`pictures on the ${side} side, received none`);
  }
  return split;
}

function tooSmall(expected: string): TrainerError {
  return new TrainerError(
    'DATASET_CLASS_TOO_SMALL',
    `Expected ${expected}. Label more pictures and freeze another version.`,
  );
}
