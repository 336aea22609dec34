import { counted } from '@edgeloop/protocol/counted';
import t from 'tap';

for (const [count, words, expected] of [
  [0, ['device'], '0 devices'],
  [1, ['device'], '1 device'],
  [2, ['device'], '2 devices'],
  [1, ['device is', 'devices are'], '1 device is'],
  [3, ['device is', 'devices are'], '3 devices are'],
] as const) {
  t.test(expected, async (t) => {
    const [one, many] = words;
    t.equal(counted(count, one, many), expected);
  });
}
