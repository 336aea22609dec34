import type { EpochMillis } from '@edgeloop/protocol';
import fc from 'fast-check';
import t from 'tap';
import {
  chooseView,
  HEALTH_LEVELS,
  MOST_POINTS,
} from '../../../../control-plane/src/store/history/health-levels.ts';

const NOW = Date.UTC(2026, 10, 24, 12, 0, 17);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const view = (fromAgo: number, toAgo = 0) =>
  chooseView(
    { from: (NOW - fromAgo) as EpochMillis, to: (NOW - toAgo) as EpochMillis },
    NOW as EpochMillis,
  );

for (const [span, ago, level, step] of [
  ['an hour', 60 * MINUTE, 1, 1],
  ['a day', DAY, 5, 5],
  ['a week', 7 * DAY, 30, 30],
  ['two weeks', 14 * DAY, 30, 60],
  ['longer than is kept', 365 * DAY, 30, 1080],
] as const) {
  t.test(`${span}: of ${level} min, in points of ${step} min`, async (t) => {
    const found = view(ago);
    t.same([found.level.step / MINUTE, found.step / MINUTE], [level, step]);
  });
}

t.test('an hour of last week is read from what is kept of it', async (t) => {
  t.equal(view(6 * DAY, 6 * DAY - 60 * MINUTE).level.step, 30 * MINUTE);
});

t.test('fine buckets of a coarse one lie side by side', async (t) => {
  for (const [i, { step }] of HEALTH_LEVELS.entries()) {
    const finer = HEALTH_LEVELS[i - 1];
    if (finer) t.same([step % finer.step, finer.kept % (step / finer.step)], [0, 0]);
  }
});

t.test('whatever is asked: whole points that cover it, never more than the most', async () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4000 * DAY }),
      fc.integer({ min: 0, max: DAY }),
      (span, ago) => {
        const { from, to, step, level } = view(span + ago, ago);
        const points = (to - from) / step;
        const whole = Number.isInteger(points) && step % level.step === 0 && from % step === 0;
        const covers = from <= NOW - span - ago && to >= NOW - ago;
        return whole && covers && points <= MOST_POINTS;
      },
    ),
  );
});
