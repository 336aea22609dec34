import t from 'tap';
import { whyUntrainable } from '../../../control-plane/src/datasets/untrainable.ts';

const of = (train: number, validation: number, test: number) => ({ train, validation, test });
const GONE = of(0, 0, 0);

const CASES: readonly [when: string, Parameters<typeof whyUntrainable>[0], why: RegExp | null][] = [
  ['all sides have something', { good: of(2, 1, 0), bad: of(1, 0, 1) }, null],
  [
    'nothing is validated on',
    { good: of(2, 0, 1), bad: of(1, 0, 0) },
    /^Nothing .* validation side/,
  ],
  ['all is gone', { good: GONE, bad: GONE }, /^Nothing is on the validation and the test side\./],
  ['a class is gone, two are left', { good: of(2, 1, 1), bad: of(1, 0, 0), odd: GONE }, null],
  [
    'a class is judged alone',
    { good: of(2, 1, 1), bad: of(0, 0, 1) },
    /^Nothing of bad is on the training/,
  ],
  [
    'one class is left',
    { good: of(2, 1, 1), bad: GONE },
    /^It has pictures of one class alone: good\./,
  ],
];

for (const [when, byClass, why] of CASES) {
  t.test(`whether a model can be trained where ${when}`, async (t) => {
    const said = whyUntrainable(byClass);
    if (why === null) t.equal(said, null);
    else t.match(said, why);
  });
}
