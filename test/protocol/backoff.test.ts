import { backoffDelay, doubledDelay, RECONNECT } from '@edgeloop/protocol';
import t from 'tap';

for (const [attempt, random, expected] of [
  [0, 1, 1_000],
  [0, 0, 0],
  [1, 0.5, 1_000],
  [3, 1, 8_000],
  [6, 1, 60_000],
  [5000, 1, 60_000],
  [5000, 0.25, 15_000],
] as const) {
  t.test(`attempt ${attempt} with ${random} waits ${expected} ms`, async (t) => {
    t.equal(backoffDelay(RECONNECT, attempt, random), expected);
  });
}

t.test('without jitter it doubles, to the cap', async (t) => {
  const waits = [0, 1, 5, 6, 5000].map((attempt) => doubledDelay(RECONNECT, attempt));
  t.same(waits, [1_000, 2_000, 32_000, 60_000, 60_000]);
});
