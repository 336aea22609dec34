import t from 'tap';
import { countedBetween } from '../../../../control-plane/src/store/history/counted.ts';
import {
  type CounterReport,
  carry,
  totalOf,
} from '../../../../control-plane/src/store/totals/carry.ts';
import type { Counters } from '../../../../control-plane/src/store/totals/counters.ts';

const [OLD, NEW] = ['model/a', 'model/b'];
const camera = (classified: number, others: object = {}) => ({
  'camera/cam0': { classified, failed: 0, skipped: 0, unreadable: 0, ...others },
});
const model = (name: string, counts: readonly number[]) => ({ [name]: { latency: counts } });
const told = (boot: string, up: number, counters: Counters): CounterReport => ({
  boot,
  order: up,
  counters: { up, ...counters },
});

/** What is counted with the last of the words, after those before it. */
function counted(words: readonly CounterReport[]) {
  let [carried, last]: [ReturnType<typeof carry>, CounterReport | null] = [null, null];
  let [before, after]: [Counters, Counters] = [{}, {}];
  for (const word of words) {
    const next = carry(carried, last, word);
    if (next === null) continue;
    [before, after] = [totalOf(carried, last), totalOf(next, word)];
    [carried, last] = [next, word];
  }
  return countedBetween(before, after);
}

for (const [behaviour, words, expected] of [
  [
    'what grew',
    [told('a', 30, camera(10)), told('a', 60, camera(25, { skipped: 3 }))],
    { seconds: 30, frames: 15, skipped: 3, lost: 0 },
  ],
  [
    'a word that was lost is in the next',
    [told('a', 30, camera(10)), told('a', 600, camera(300))],
    { seconds: 570, frames: 290 },
  ],
  [
    'a boot counts from nothing',
    [told('a', 9000, camera(5000)), told('b', 10, camera(4))],
    { seconds: 10, frames: 4 },
  ],
  [
    'a boot that was taken for over goes on',
    [
      told('a', 30, camera(10)),
      told('b', 10, camera(4)),
      told('a', 60, camera(25)),
      told('b', 40, camera(9)),
    ],
    { seconds: 30, frames: 5 },
  ],
  [
    'counters that begin anew within a boot',
    [told('a', 30, camera(100)), told('a', 60, camera(7))],
    { seconds: 30, frames: 7 },
  ],
  [
    'all that is lost, of frames and of rows',
    [
      told('a', 30, { ...camera(1), outbox: { evicted: 1, rejected: 0 } }),
      told('a', 60, {
        ...camera(1, { failed: 2, unreadable: 3 }),
        outbox: { evicted: 5, rejected: 7 },
      }),
    ],
    { lost: 2 + 3 + 4 + 7 },
  ],
  [
    'of two cameras',
    [
      told('a', 30, { ...camera(10), 'camera/door': { classified: 1 } }),
      told('a', 60, { ...camera(12), 'camera/door': { classified: 4 } }),
    ],
    { frames: 5 },
  ],
] as const satisfies readonly (readonly [string, readonly CounterReport[], object])[]) {
  t.test(behaviour, async (t) => t.match(counted(words), expected));
}

t.test('latencies of the model that went and of the one that came add up', async (t) => {
  const { latency } = counted([
    told('a', 30, { ...camera(3), ...model(OLD, [0, 3]) }),
    told('a', 60, { ...camera(9), ...model(OLD, [0, 5]), ...model(NEW, [4]) }),
  ]);
  t.same(latency.slice(0, 3), [4, 2, 0]);
  t.equal(latency.length, 29);
});

t.test('a total that was dropped counts as nothing, never as less', async (t) => {
  t.match(countedBetween({ up: 90, ...camera(50) }, { up: 30, ...camera(2) }), {
    seconds: 0,
    frames: 0,
  });
});

t.test('totals beyond all numbers count as nothing', async (t) => {
  const words = ['a', 'b', 'c'].map((boot) => told(boot, 1.5e308, camera(1.5e308)));
  t.match(counted(words), { seconds: 0, frames: 0 });
});

t.test('buckets that there are not are left out', async (t) => {
  const { latency } = counted([
    told('a', 30, model(OLD, [1])),
    told('a', 60, model(OLD, [3, ...Array.from({ length: 5000 }, () => 1)])),
  ]);
  t.equal(latency.length, 29);
  t.equal(latency[0], 2);
});
