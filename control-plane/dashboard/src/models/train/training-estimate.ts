import type { DatasetView } from '../../../../src/resources/dataset.ts';
import type { JobView } from '../../../../src/resources/job.ts';

/** What decides how long a training takes on one machine. */
export interface Effort {
  /** Pictures on the train side. */
  readonly pictures: number;
  readonly epochs: number;
  /** Side of what the model sees, pixels. */
  readonly size: number;
}

/** Of a recipe that says nothing (docs/training.md). */
const DEFAULTS = { epochs: 20, size: 224 };

export function effortOf(
  recipe: Pick<JobView['recipe'], 'epochs' | 'size'>,
  pictures: number,
): Effort {
  return { ...DEFAULTS, ...defined(recipe), pictures };
}

const defined = ({ epochs, size }: Pick<JobView['recipe'], 'epochs' | 'size'>) => ({
  ...(epochs !== undefined && { epochs }),
  ...(size !== undefined && { size }),
});

/**
 * How long a training may take, in ms, from how long another took: time goes with the pictures that
 * are seen and their area. What comes before and after (fetching, quantizing, evaluating) goes with
 * it roughly.
 */
export function estimateMillis(
  wanted: Effort,
  last: { readonly effort: Effort; readonly millis: number },
): number {
  const of = ({ pictures, epochs, size }: Effort) => pictures * epochs * size ** 2;
  const before = of(last.effort);
  return before === 0 ? last.millis : (last.millis * of(wanted)) / before;
}

/**
 * Pictures to train on, if what is labelled now is frozen: as large a part of it as in the newest
 * version.
 * @param newest undefined: nothing was frozen yet, and no more than all of it is known
 */
export function picturesNow(
  labels: number,
  newest: Pick<DatasetView['counts'], 'train' | 'validation' | 'test'> | undefined,
): number {
  const { train, validation, test } = newest ?? { train: 0, validation: 0, test: 0 };
  const frozen = train + validation + test;
  return frozen === 0 ? labels : Math.round((labels * train) / frozen);
}
