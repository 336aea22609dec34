import { bytes } from '@edgeloop/protocol';
import t from 'tap';
import { judgeDisk } from '../../../control-plane/src/retention/judge-disk.ts';

const marks = { samples: bytes(1000), detections: bytes(100) };

for (const [before, free, after] of [
  ['room', 1000, 'room'],
  ['room', 999, 'no-samples'],
  ['room', 99, 'full'],
  ['no-samples', 1124, 'no-samples'],
  ['no-samples', 1125, 'room'],
  ['no-samples', 100, 'no-samples'],
  ['full', 112, 'full'],
  ['full', 113, 'no-samples'],
  ['full', 5000, 'room'],
] as const) {
  t.test(`${before}, ${free} bytes free: ${after}`, async (t) => {
    t.equal(judgeDisk(before, bytes(free), marks), after);
  });
}
