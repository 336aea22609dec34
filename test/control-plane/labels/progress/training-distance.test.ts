import t from 'tap';
import { trainingDistance } from '../../../../control-plane/src/labels/progress/training-distance.ts';

for (const [newLabels, startsAfter, active, left, words] of [
  [60, 100, false, 40, /^60 new labels since .*; 40 more start a training \(100 in all\)\.$/],
  [1, 100, false, 99, /^1 new label since/],
  [99, 100, false, 1, /; 1 more starts a training/],
  [100, 100, false, 0, /the next training starts within minutes/],
  [130, 100, false, 0, /the next training starts within minutes/],
  [7, null, false, null, /No number of them starts a training/],
  [7, 100, true, 93, /A training waits or runs/],
] as const) {
  const facts = { newLabels, startsAfter, active, lastTry: null, nextAt: null };
  const distance = trainingDistance(facts, null);
  t.equal(distance.left, left);
  t.match(distance.words, words);
}

t.test('what keeps a training that is due from starting is said', async (t) => {
  const facts = { newLabels: 130, startsAfter: 100, active: false, lastTry: null, nextAt: null };
  const { words } = trainingDistance(facts, 'Expected two classes.');
  t.match(
    words,
    /130 new labels .* could not be started: Expected two classes\. It is tried again/,
  );
  t.notMatch(words, /starts within minutes/);
});
