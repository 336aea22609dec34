import { millis } from '@edgeloop/protocol';
import t from 'tap';
import {
  judgeProbation,
  type ProbationFigures,
  type ProbationVerdict,
} from '../../../../agent/src/update/probation/judge-probation.ts';

const RULES = { deadline: millis(10_000), frames: 20 };
const SHOWN: ProbationFigures = {
  elapsed: millis(5_000),
  classified: 20,
  failed: 0,
  restarts: 0,
  brokerReached: true,
};
const LATE = millis(10_000);

const CASES: readonly (readonly [string, Partial<ProbationFigures>, ProbationVerdict | RegExp])[] =
  [
    ['it has shown all', {}, 'passed'],
    ['a frame is missing', { classified: 19 }, 'undecided'],
    ['a frame is missing at the deadline', { classified: 19, elapsed: LATE }, /19 frames/],
    ['no frame at all', { classified: 0, elapsed: LATE }, /0 frames/],
    ['no broker yet', { brokerReached: false }, 'undecided'],
    ['no broker until the deadline', { brokerReached: false, elapsed: LATE }, /broker/],
    ['a tenth of the frames fail', { classified: 27, failed: 3 }, 'passed'],
    ['more than a tenth fail', { classified: 26, failed: 3 }, /3 of 29 frames/],
    ['too few frames to judge failures by', { classified: 5, failed: 5 }, 'undecided'],
    ['too few, until the deadline', { classified: 5, failed: 5, elapsed: LATE }, /5 of 10 frames/],
    ['every frame fails', { classified: 0, failed: 20 }, /20 of 20 frames/],
    ['its process ended once', { restarts: 1, classified: 500 }, 'undecided'],
    ['its process ended once, until the deadline', { restarts: 1, elapsed: LATE }, /1 time$/],
    ['its process ends again and again', { restarts: 3 }, /3 times/],
    ['late, but shown', { elapsed: millis(60_000) }, 'passed'],
  ];

t.test('a model passes by what it shows, and fails by what it does not', async (t) => {
  for (const [name, figures, expected] of CASES) {
    const verdict = judgeProbation({ ...SHOWN, ...figures }, RULES);
    if (expected instanceof RegExp) t.match(verdict, { failed: expected }, name);
    else t.same(verdict, expected, name);
  }
});
