import { setTimeout as delay } from 'node:timers/promises';
import { type EpochMillis, epochMillis } from '@edgeloop/protocol';
import t from 'tap';
import type { CameraSource } from '../../../agent/src/camera/frame.ts';
import { isOpen, type Schedule } from '../../../agent/src/look/schedule/is-open.ts';
import { ScheduledSource } from '../../../agent/src/look/schedule/scheduled-source.ts';

const WORKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
const vienna = (days: readonly string[], from: string, to: string): Schedule => ({
  timeZone: 'Europe/Vienna',
  times: [{ days: [...days] as (typeof WORKDAYS)[number][], from, to }],
});

for (const [what, schedule, cases] of [
  [
    'a day shift',
    vienna(WORKDAYS, '06:00', '14:30'),
    [
      ['2026-11-27T04:59:59Z', false],
      ['2026-11-27T05:00:00Z', true],
      ['2026-11-27T13:29:59Z', true],
      ['2026-11-27T13:30:00Z', false],
      ['2026-11-28T08:00:00Z', false],
    ],
  ],
  [
    'over midnight: the night that begins on a Friday ends on Saturday',
    vienna(WORKDAYS, '22:00', '06:00'),
    [
      ['2026-11-27T21:00:00Z', true],
      ['2026-11-28T04:59:00Z', true],
      ['2026-11-28T05:00:00Z', false],
      ['2026-11-28T21:00:00Z', false],
      ['2026-11-29T22:00:00Z', false],
      ['2026-11-30T03:00:00Z', false],
      ['2026-11-30T21:00:00Z', true],
    ],
  ],
  [
    'a whole day',
    vienna(['sun'], '00:00', '24:00'),
    [
      ['2026-11-28T22:59:59Z', false],
      ['2026-11-28T23:00:00Z', true],
      ['2026-11-29T22:59:59Z', true],
      ['2026-11-29T23:00:00Z', false],
    ],
  ],
  [
    'spring: the hour from 2 to 3 does not come',
    vienna(['sun'], '01:30', '02:30'),
    [
      ['2026-03-29T00:30:00Z', true],
      ['2026-03-29T00:59:59Z', true],
      ['2026-03-29T01:00:00Z', false],
      ['2026-03-29T01:30:00Z', false],
    ],
  ],
  [
    'autumn: it comes twice',
    vienna(['sun'], '02:00', '02:30'),
    [
      ['2026-10-24T23:59:59Z', false],
      ['2026-10-25T00:00:00Z', true],
      ['2026-10-25T00:30:00Z', false],
      ['2026-10-25T01:00:00Z', true],
      ['2026-10-25T01:30:00Z', false],
    ],
  ],
  [
    'a zone of half an hour, where it is another day',
    { ...vienna(['mon'], '00:00', '00:30'), timeZone: 'Asia/Kolkata' },
    [
      ['2026-11-29T18:29:59Z', false],
      ['2026-11-29T18:30:00Z', true],
      ['2026-11-29T19:00:00Z', false],
    ],
  ],
] as const) {
  t.test(what, async (t) => {
    for (const [at, open] of cases) {
      t.equal(isOpen(schedule, epochMillis(Date.parse(at))), open, at);
    }
  });
}

t.test('by a schedule a camera is off, and on again', async (t) => {
  let now = Date.parse('2026-11-27T04:00:00Z');
  let runs = 0;
  let running = 0;
  const camera: CameraSource = {
    description: 'test',
    run: async (_sink, signal) => {
      runs += 1;
      running += 1;
      await new Promise((end) => signal.addEventListener('abort', end, { once: true }));
      running -= 1;
    },
  };
  const rests: boolean[] = [];
  const source = new ScheduledSource(camera, {
    schedule: vienna(WORKDAYS, '06:00', '14:30'),
    now: () => epochMillis(now),
    onRest: (resting) => rests.push(resting),
    lookEvery: 1,
  });
  const closing = new AbortController();
  const done = source.run({ frame: async () => {}, unreadable: () => {} }, closing.signal);
  const seen = async (what: readonly number[]) => {
    while (`${[runs, running]}` !== `${what}`) await delay(1);
  };
  await delay(10);
  t.same([runs, running, rests], [0, 0, [true]]);
  now = Date.parse('2026-11-27T05:00:00Z');
  await seen([1, 1]);
  now = Date.parse('2026-11-27T13:30:00Z');
  await seen([1, 0]);
  now = Date.parse('2026-11-30T05:00:00Z');
  await seen([2, 1]);
  t.same(rests, [true, false, true, false]);
  closing.abort();
  await done;
  t.equal(running, 0);
});

t.test('a source that has no more is finished; one that fails fails', async (t) => {
  const options = {
    schedule: vienna(['fri'], '00:00', '24:00'),
    now: (): EpochMillis => epochMillis(Date.parse('2026-11-27T12:00:00Z')),
    onRest: () => {},
    lookEvery: 1,
  };
  const sink = { frame: async () => {}, unreadable: () => {} };
  const { signal } = new AbortController();
  const ends: CameraSource = { description: '', run: async () => {} };
  await new ScheduledSource(ends, options).run(sink, signal);
  const fails: CameraSource = { description: '', run: () => Promise.reject(new Error('gone')) };
  await t.rejects(new ScheduledSource(fails, options).run(sink, signal), /gone/);
});
