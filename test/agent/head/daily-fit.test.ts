import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type EpochMillis, epochMillis, millis, parseId, type SlotId } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { DailyFit } from '../../../agent/src/head/daily-fit.ts';
import type { FitOutcome } from '../../../agent/src/head/fit-over.ts';
import { labelsOf } from '../../../agent/src/head/head-folder.ts';
import { Heads } from '../../../agent/src/head/heads.ts';
import { type TriedFit, triedFitOf } from '../../../agent/src/head/tried-fit.ts';
import { until } from '../../stand/until.ts';

const MAIN = parseId('slot', 'main');
const SECOND = parseId('slot', 'second');
/** By the clock of the device, of a day in March 2026. */
const at = (day: number, hours: number, minutes = 0) =>
  epochMillis(new Date(2026, 2, day, hours, minutes).getTime());

const NOT_TAKEN: FitOutcome = {
  figures: { pictures: 5, right: 5, rightBefore: 5, loss: 0, lossBefore: 0 },
  labelled: 20,
  leftOut: 0,
  taken: false,
  why: 'it is no surer',
};

/** A timer for half past three, over a clock that the test sets. */
function open(t: Test, now: EpochMillis, state: string = t.testdir()) {
  const clock = { now, set: 0, looked: 0 };
  const fits: SlotId[] = [];
  const warned: unknown[] = [];
  const fit = { of: async (): Promise<FitOutcome> => NOT_TAKEN };
  const model = { digest: 'a'.repeat(64) };
  const slot = { live: { current: { loaded: model } } };
  const heads = new Heads({
    state,
    configured: new Map(),
    cameras: new Map(),
    log: {} as never,
    now: () => now,
    monotonic: () => millis(0),
    slots: new Map([
      [MAIN, slot as never],
      [SECOND, slot as never],
    ]),
  });
  /** With a date of its own, as a label has that was made then. */
  const label = async (slot: SlotId, when: EpochMillis) => {
    const folder = join(labelsOf(state, slot).path, 'good');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'one.jpg'), '');
    await utimes(join(folder, 'one.jpg'), when / 1000, when / 1000);
  };
  const daily = new DailyFit({
    slots: [MAIN, SECOND],
    at: '03:30',
    lookEvery: millis(1),
    heads: {
      untried: (slot) => heads.untried(slot),
      fit: async (wanted) => {
        const slot = wanted as SlotId;
        fits.push(slot);
        const tried = await heads.untried(slot);
        const outcome = await fit.of();
        // As a fit does that came to a verdict.
        await triedFitOf(state, slot).write(tried as TriedFit);
        return outcome;
      },
    },
    now: () => {
      clock.looked += 1;
      return clock.now;
    },
    monotonic: () => millis(clock.now - clock.set),
    log: { warn: (what: unknown) => void warned.push(what) },
  });
  t.teardown(() => daily.close());
  daily.start();
  /** It is so late now, or the clock is set so, and the timer has seen it. */
  const is = async (now: EpochMillis, set = false) => {
    if (set) clock.set += now - clock.now;
    clock.now = now;
    const { looked } = clock;
    await until(() => clock.looked > looked + 4);
  };
  return { daily, fits, warned, label, is, fit, clock, model, state };
}

t.test('at that time of day each slot is fitted where something was labelled since', async (t) => {
  const { fits, label, is } = open(t, at(5, 1));
  await label(MAIN, at(4, 12));
  await is(at(5, 3, 29));
  t.same(fits, [], 'it is not yet that time');
  await is(at(5, 3, 30));
  t.same(fits, [MAIN], 'nobody has labelled for the other');
  await is(at(5, 23));
  t.same(fits, [MAIN], 'once a day');
  await is(at(6, 3, 31));
  t.same(fits, [MAIN], 'and not again with what it was tried with');
  await label(MAIN, at(6, 9));
  await label(SECOND, at(6, 9));
  await is(at(7, 3, 30));
  t.same(fits, [MAIN, MAIN, SECOND]);
});

t.test(
  'a device that starts again each night fits anew where there is something new',
  async (t) => {
    const first = open(t, at(5, 1));
    await first.label(MAIN, at(4, 12));
    await first.is(at(5, 3, 30));
    t.same(first.fits, [MAIN]);
    first.daily.close();

    const second = open(t, at(6, 1), first.state);
    await second.is(at(6, 3, 30));
    t.same(second.fits, [], 'it was tried with that, and was not taken');
    second.model.digest = 'b'.repeat(64);
    await second.is(at(7, 3, 30));
    t.same(second.fits, [MAIN], 'over another model it may be');
    await second.label(MAIN, at(7, 12));
    await second.is(at(8, 3, 30));
    t.same(second.fits, [MAIN, MAIN]);
  },
);

t.test('what can not be fitted is told, and hinders no other slot', async (t) => {
  const { fits, warned, label, is, fit } = open(t, at(5, 1));
  await label(MAIN, at(4, 12));
  await label(SECOND, at(4, 13));
  fit.of = () => Promise.reject(new Error('Expected at least 20 pictures.'));
  await is(at(5, 3, 30));
  t.same(fits, [MAIN, SECOND]);
  const error = 'Expected at least 20 pictures.';
  t.same(warned, [
    { slot: MAIN, error },
    { slot: SECOND, error },
  ]);
});

t.test('a clock that was ahead at boot and is set back, or a fit that is late', async (t) => {
  const { fits, label, is } = open(t, at(20, 12));
  await label(MAIN, at(4, 12));
  await is(at(5, 3, 29), true);
  await is(at(5, 3, 30));
  t.same(fits, [MAIN], 'it does not wait for the 21st');
  await label(MAIN, at(2, 12));
  await is(at(9, 17));
  t.same(fits, [MAIN, MAIN], 'late, rather than not, and whatever the clock said at the label');
});

t.test('a clock that is set past that time has not come to it', async (t) => {
  const { fits, label, is } = open(t, epochMillis(0));
  await label(MAIN, at(4, 12));
  await is(at(5, 9), true);
  t.same(fits, [], 'it is nine in the morning, and the cameras are at work');
  await is(at(6, 3, 29));
  t.same(fits, []);
  await is(at(6, 3, 30));
  t.same(fits, [MAIN]);
});

t.test('closed, it begins nothing more, also where it is closed amid a fit', async (t) => {
  const { daily, fits, label, is, fit, clock } = open(t, at(5, 1));
  await label(MAIN, at(4, 12));
  let end = () => {};
  fit.of = () => new Promise((resolve) => (end = () => resolve(NOT_TAKEN)));
  clock.now = at(5, 3, 30);
  await until(() => fits.length === 1);
  daily.close();
  await label(MAIN, at(5, 12));
  end();
  clock.now = at(6, 3, 30);
  await delay(20);
  t.same(fits, [MAIN]);
  daily.start();
  await is(at(7, 3, 29));
  t.same(fits, [MAIN], 'started again, it waits for its time');
});
