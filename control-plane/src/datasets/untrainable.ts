import { ControlPlaneError } from '../errors.ts';
import type { Side } from '../samples/side.ts';
import type { SideCounts } from './dataset-version.ts';

/** Without one nobody knows when a training is good, or whether its model is. */
const JUDGING: readonly Side[] = ['validation', 'test'];
/** Classes that are named; a task may have a thousand. */
const NAMED = 20;

type ByClass = Readonly<Record<string, SideCounts>>;

/**
 * Why every training on a dataset fails, in words; null: one can succeed.
 * @param byClass samples whose pictures are here
 */
export function whyUntrainable(byClass: ByClass): string | null {
  const present = Object.entries(byClass).filter(
    ([, { train, validation, test }]) => train + validation + test > 0,
  );
  const missing = JUDGING.filter((side) => present.every(([, counts]) => counts[side] === 0));
  const untaught = present.filter(([, { train }]) => train === 0).map(([name]) => name);
  const toTest = missing.includes('test')
    ? ' Pictures that devices draw at random go to the test side, and imported ones of a folder test/, or some of those without folders of sides.'
    : '';
  const why = [
    ...(missing.length > 0 ? [`Nothing is on the ${missing.join(' and the ')} side.`] : []),
    ...(untaught.length > 0
      ? [`Nothing of ${untaught.slice(0, NAMED).join(', ')} is on the training side.`]
      : []),
    ...(present.length === 1 ? [`It has pictures of one class alone: ${present[0]?.[0]}.`] : []),
  ];
  if (why.length === 0) return null;
  return `${why.join(' ')} Label or import more pictures.${toTest} A picture never changes its side: to divide pictures anew, import them into another task.`;
}

/**
 * @param of which dataset, for the message
 * @throws ControlPlaneError `DATASET_TOO_SMALL` where every training on it fails
 */
export function requireTrainable(of: string, byClass: ByClass): void {
  const why = whyUntrainable(byClass);
  if (why === null) return;
  const message = `Expected labelled samples on every side of ${of}, to train a model and to judge it. ${why}`;
  throw new ControlPlaneError('DATASET_TOO_SMALL', message);
}
