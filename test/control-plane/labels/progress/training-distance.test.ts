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
  const distance = trainingDistance({ newLabels, startsAfter, active });
  t.equal(distance.left, left);
  t.match(distance.words, words);
}
