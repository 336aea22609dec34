import { ControlPlaneError } from '../errors.ts';
import type { Side } from '../samples/side.ts';
import type { DatasetCounts } from './dataset-version.ts';

/** Without one nobody knows when a training is good, or whether its model is. */
const JUDGING: readonly Side[] = ['validation', 'test'];

/** Why every training on a dataset fails, in words; null: one can succeed. */
export function whyUntrainable(counts: DatasetCounts): string | null {
  const missing = JUDGING.filter((side) => counts[side] === 0);
  if (missing.length === 0) return null;
  const toTest = missing.includes('test')
    ? ' To the test side go pictures that devices draw at random, and some of those that are imported.'
    : '';
  return `Nothing is on the ${missing.join(' and the ')} side. Label or import more pictures.${toTest}`;
}

/**
 * @param of which dataset, for the message
 * @throws ControlPlaneError `DATASET_TOO_SMALL` where every training on it fails
 */
export function requireTrainable(of: string, counts: DatasetCounts): void {
  const why = whyUntrainable(counts);
  if (why === null) return;
  const message = `Expected labelled samples on every side of ${of}, to train a model and to judge it. ${why}`;
  throw new ControlPlaneError('DATASET_TOO_SMALL', message);
}
