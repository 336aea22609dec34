import { type Millis, millis, type Sha256 } from '@edgeloop/protocol';
import t from 'tap';
import { watchProbation } from '../../../../agent/src/update/probation/watch-probation.ts';

const MODEL = 'a'.repeat(64) as Sha256;
const HOUR = 3_600_000;

/**
 * A probation of two minutes for one frame, by a clock that goes on by some time with each look.
 */
function watch(
  step: Millis,
  classifiedAt: number,
  resting: (look: number) => boolean,
  interval: (look: number) => number = () => 0,
  frames: (look: number) => number = () => 1,
) {
  let looks = 0;
  return watchProbation(
    MODEL,
    {
      rules: (slowest) => ({ deadline: millis(120_000 + 10 * slowest), frames: frames(looks) }),
      interval: () => millis(interval(looks)),
      shown: () => ({ classified: looks >= classifiedAt ? 1 : 0, failed: 0, restarts: 0 }),
      resting: () => resting(looks),
      connected: () => true,
      monotonic: () => millis(step * looks++),
    },
    AbortSignal.timeout(10_000),
  );
}

t.test('what is not shown in time was not shown', async (t) => {
  await t.rejects(
    watch(millis(60_000), Number.POSITIVE_INFINITY, () => false),
    { code: 'PROBATION_FAILED', message: /0 frames, of at least 1/ },
  );
});

t.test('a night in which every camera is off does not count', async (t) => {
  await t.resolves(watch(millis(HOUR), 6, (look) => look < 6));
});

t.test('the day after does', async (t) => {
  const night = (look: number) => look < 4;
  await t.rejects(watch(millis(HOUR), Number.POSITIVE_INFINITY, night), {
    code: 'PROBATION_FAILED',
  });
});

t.test('a device that was hot for a while is judged by what it could show then', async (t) => {
  const hot = (look: number) => (look === 2 ? 60_000 : 0);
  await t.resolves(watch(millis(60_000), 5, () => false, hot));
  await t.rejects(
    watch(millis(60_000), 5, () => false),
    { code: 'PROBATION_FAILED' },
  );
});

t.test('a camera that goes on meanwhile asks no more', async (t) => {
  const frames = (look: number) => (look < 2 ? 1 : 20);
  await t.resolves(watch(millis(60_000), 3, () => false, undefined, frames));
});
