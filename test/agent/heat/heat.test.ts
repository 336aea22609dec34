import { setTimeout as delay } from 'node:timers/promises';
import { millis } from '@edgeloop/protocol';
import t from 'tap';
import { Governor } from '../../../agent/src/heat/governor.ts';
import {
  type Heat,
  type HeatLimits,
  intervalOf,
  nextLevel,
} from '../../../agent/src/heat/next-level.ts';

const LIMITS: HeatLimits = { slowAt: 78, hysteresis: 5, maxInterval: millis(1_000) };
const at = (celsius: number | null, throttled: boolean | null = null): Heat => ({
  celsius,
  throttled,
});

for (const [name, readings, levels] of [
  ['cool', [at(50), at(77.9)], [0, 0]],
  ['hot: slower at each reading, to the end', Array(7).fill(at(78)), [1, 2, 3, 4, 5, 5, 5]],
  ['between: as it is', [at(80), at(80), at(77), at(74), at(77)], [1, 2, 2, 2, 2]],
  [
    'cooled down: faster at each reading',
    [at(80), at(80), at(73), at(73), at(60)],
    [1, 2, 1, 0, 0],
  ],
  ['throttled, however cool', [at(50, true), at(50, true), at(50, false)], [1, 2, 1]],
  ['too little voltage, and no thermometer', [at(null, true), at(null, false)], [1, 0]],
  ['a device that says nothing', [at(null), at(null)], [0, 0]],
] as const) {
  t.test(name, async (t) => {
    let level = 0;
    const seen = readings.map((heat) => {
      level = nextLevel(level, heat, LIMITS);
      return level;
    });
    t.same(seen, levels);
  });
}

t.test('the time between inferences doubles with each level', async (t) => {
  const intervals = [0, 1, 2, 3, 4, 5].map((level) => intervalOf(level, LIMITS));
  t.same(intervals, [0, 100, 200, 400, 800, 1_000]);
});

t.test('it slows down while it is hot, and says so once', async (t) => {
  const said: string[] = [];
  const note = (_facts: unknown, text: string) => said.push(text);
  let heat = at(90);
  const governor = new Governor({
    limits: LIMITS,
    heat: () => heat,
    every: millis(5),
    log: { info: note, warn: note } as never,
  });
  t.teardown(() => governor.close());
  t.equal(governor.interval, 0);
  governor.start();
  while (governor.interval < 1_000) await delay(5);
  heat = at(40);
  while (governor.interval > 0) await delay(5);
  t.match(said, [/is hot/, /is well again/]);
  t.equal(said.length, 2);
  heat = at(40, true);
  while (governor.interval === 0) await delay(5);
  t.match(said[2], /is throttled by its firmware, for heat or want of voltage/);
});

t.test('one that is told not to does not', async (t) => {
  const governor = new Governor({
    limits: null,
    heat: () => at(90, true),
    every: millis(1),
    log: {} as never,
  });
  t.teardown(() => governor.close());
  governor.start();
  await delay(20);
  t.equal(governor.interval, 0);
});
