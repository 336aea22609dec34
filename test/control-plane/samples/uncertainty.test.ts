import type { Health } from '@edgeloop/protocol';
import t from 'tap';
import {
  guessOf,
  uncertaintyOfHealth,
  uncertaintyOfScores,
} from '../../../control-plane/src/samples/uncertainty.ts';

for (const [scores, uncertainty, guess] of [
  [{ good: 1, bad: 0 }, 0, 'good'],
  [{ good: 0.5, bad: 0.5 }, 1, 'bad'],
  [{ good: 0.25, bad: 0.75 }, 0.5, 'bad'],
  [{ only: 0.5 }, 0.5, 'only'],
  [{}, null, null],
] as const) {
  t.equal(uncertaintyOfScores(scores), uncertainty, JSON.stringify(scores));
  t.equal(guessOf(scores), guess);
}

const health = (scores: Record<string, number[]>) =>
  ({ models: { m: { scores } } }) as unknown as Health;
for (const [name, scores, expected] of [
  ['nothing classified', { good: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0] }, null],
  ['no class yet', {}, null],
  ['all between 0.9 and 1', { good: [0, 0, 0, 0, 0, 0, 0, 0, 0, 7] }, 0.05],
  [
    'as many between 0.5 and 0.6',
    { good: [0, 0, 0, 0, 0, 0, 0, 0, 0, 7], bad: [0, 0, 0, 0, 0, 7] },
    0.25,
  ],
] as const) {
  t.equal(
    uncertaintyOfHealth(health(scores as never))?.toFixed(6),
    expected?.toFixed(6),
    `a device's: ${name}`,
  );
}
