import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { ramp } from '../../../../agent/src/simulate/fleet/ramp.ts';

const NEVER = new AbortController().signal;
const items = Array.from({ length: 40 }, (_, i) => i);

t.test('work is begun in order, at its pace, at most so much at once', async (t) => {
  const begun: number[] = [];
  let [atIt, most] = [0, 0];
  const start = performance.now();
  await ramp(items, { perSecond: 200, atOnce: 4, signal: NEVER }, async (item) => {
    begun.push(item);
    atIt += 1;
    most = Math.max(most, atIt);
    await delay(10);
    atIt -= 1;
  });
  t.same(begun, items);
  t.equal(atIt, 0, 'all of it has ended');
  t.ok(most <= 4, `${most} at once`);
  const passed = performance.now() - start;
  t.ok(passed >= 190, `39 pauses of 5 ms, took ${passed}`);
});

t.test('what is late is not made up for by a burst', async (t) => {
  const at: number[] = [];
  await ramp(items, { perSecond: 100, atOnce: 1, signal: NEVER }, async (item) => {
    at.push(performance.now());
    if (item === 0) await delay(390);
  });
  const caughtUp = at.filter((time) => time - at[1]! < 5).length;
  t.ok(caughtUp <= 20, `${caughtUp} at once after a hang of 39 turns`);
});

t.test('the first error ends it, and is told', async (t) => {
  const begun: number[] = [];
  const ramped = ramp(items, { perSecond: 10_000, atOnce: 1, signal: NEVER }, async (item) => {
    begun.push(item);
    if (item === 3) throw new Error('no');
  });
  await t.rejects(ramped, { message: 'no' });
  t.ok(begun.length <= 5, `${begun}`);
});

t.test('an abort ends it between two', async (t) => {
  const abort = new AbortController();
  const begun: number[] = [];
  await ramp(items, { perSecond: 1000, atOnce: 1, signal: abort.signal }, async (item) => {
    begun.push(item);
    if (item === 2) abort.abort();
  });
  t.same(begun, [0, 1, 2]);
});
