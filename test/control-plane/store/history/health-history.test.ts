import type { DeviceId, EpochMillis, Health } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { listHealth } from '../../../../control-plane/src/store/read/list-health.ts';
import { MIDNIGHT } from '../../../stand/fleet/messages.ts';
import { BOOT, health, OTHER_BOOT } from '../../stand/health.ts';
import { ofManyCommits } from '../../stand/on-postgres.ts';
import { openStore } from '../../stand/open-store.ts';
import { record } from '../records.ts';

const MODEL = 'a'.repeat(64);
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

interface Word {
  readonly boot?: string;
  readonly up: number;
  readonly frames: number;
  readonly also?: Partial<Health>;
}

function open(t: Test) {
  const { writer, reading } = openStore(t);
  const tell = (at: number, { boot = BOOT, up, frames, also = {} }: Word) => {
    const said = health({ boot, up, models: { [MODEL]: { good: frames } } });
    const camera = { ...said.cameras.cam0, classified: frames };
    const message = { ...said, cameras: { cam0: camera }, ...also };
    writer.commit([record('health', message, { receivedAt: MIDNIGHT + at })]);
  };
  const read = (from: number, to: number, now = to) =>
    listHealth(reading, {
      device: 'pi-1' as DeviceId,
      from: (MIDNIGHT + from) as EpochMillis,
      to: (MIDNIGHT + to) as EpochMillis,
      now: (MIDNIGHT + now) as EpochMillis,
    });
  /** Every half minute, with two frames a second. */
  const live = (from: number, to: number) => {
    for (let at = from; at < to; at += 30 * SECOND) {
      tell(at, { up: 1000 + at / SECOND, frames: (2 * at) / SECOND });
    }
  };
  const rates = (from: number, to: number, now?: number) =>
    read(from, to, now)?.points.map(({ framesPerSecond }) => framesPerSecond);
  return { writer, reading, tell, read, live, rates };
}

t.test('an hour in minutes: rate, latency, and the worst of what was read', async (t) => {
  const { tell, read } = open(t);
  tell(0, { up: 10, frames: 0 });
  tell(30 * SECOND, { up: 40, frames: 60 });
  tell(60 * SECOND, {
    up: 70,
    frames: 240,
    also: { temperatureCelsius: 61, throttled: true, diskFreeBytes: 900, rssBytes: 70 },
  });
  tell(90 * SECOND, {
    up: 100,
    frames: 300,
    also: { temperatureCelsius: 58, throttled: false, diskFreeBytes: 800, rssBytes: 50 },
  });
  const history = read(0, HOUR);
  t.equal(history?.bucketSeconds, 60);
  t.equal(history?.points.length, 60);
  t.match(history?.points[0], { framesPerSecond: 2, temperatureCelsius: null, throttled: null });
  t.match(history?.points[1], {
    at: '2026-11-24T00:01:00.000Z',
    framesPerSecond: 4,
    latencyP50Millis: 18,
    temperatureCelsius: 61,
    throttled: true,
    diskFreeBytes: 800,
    rssBytes: 70,
  });
  t.match(history?.points[2], { framesPerSecond: null, rssBytes: null, skipped: null }, 'a gap');
});

t.test('the first word of a device counts nothing: since when it does is not known', async (t) => {
  const { tell, read } = open(t);
  tell(0, { up: 90_000, frames: 1_000_000, also: { rssBytes: 7 } });
  t.match(read(0, HOUR)?.points[0], { framesPerSecond: null, skipped: 0, rssBytes: 7 });
});

t.test('boots, silence, and what comes late', async (t) => {
  const { tell, rates } = open(t);
  tell(0, { up: 30, frames: 30 });
  tell(MINUTE, { boot: OTHER_BOOT, up: 10, frames: 50 });
  tell(MINUTE + 1, { up: 20, frames: 20 });
  tell(5 * MINUTE, { boot: OTHER_BOOT, up: 250, frames: 290 });
  t.same(rates(0, 7 * MINUTE), [null, 5, null, null, null, 1, null]);
});

t.test(
  'a day and a week are read from what was folded, and from what is not over',
  ofManyCommits(),
  async (t) => {
    const { live, rates, read } = open(t);
    live(0, 3 * HOUR + 7 * MINUTE);
    const day = rates(0, 24 * HOUR);
    t.equal(read(0, 24 * HOUR)?.bucketSeconds, 300);
    t.equal(day?.length, 288);
    // The very first word is without a rate, and 3:05 to 3:07 is under way.
    t.same(day?.slice(0, 38), Array(38).fill(2));
    t.same(day?.slice(38), Array(250).fill(null));
    const week = rates(-6 * 24 * HOUR, 24 * HOUR);
    t.equal(week?.length, 336);
    t.same(week?.slice(288, 288 + 7), Array(7).fill(2));
    t.equal(week?.[288 + 7], null);
  },
);

t.test('coarse and fine tell the same', ofManyCommits(), async (t) => {
  const { live, read, reading } = open(t);
  live(0, 2 * HOUR);
  const sum = (step: number) =>
    reading
      .prepare(
        'SELECT sum(frames) AS frames, sum(seconds) AS seconds FROM health_history WHERE step = ?',
      )
      .get(step * MINUTE) as { frames: number; seconds: number };
  t.same(sum(1), { frames: 2 * (7200 - 30), seconds: 7200 - 30 });
  const { points = [] } = read(0, 24 * HOUR) ?? {};
  const seconds = points.filter(({ framesPerSecond }) => framesPerSecond !== null).length * 300;
  t.equal(seconds, 7200);
});

t.test('a device has so many rows, however long it lives', ofManyCommits(), async (t) => {
  const { tell, reading, rates } = open(t);
  const days = 40 * 24 * HOUR;
  for (let at = 0; at < days; at += 10 * MINUTE)
    tell(at, { up: at / SECOND + 1, frames: at / SECOND });
  const rows = reading
    .prepare(
      'SELECT step / 60000 AS step, count(*) AS rows FROM health_history GROUP BY step ORDER BY step',
    )
    .all();
  t.same(rows, [
    { step: 1, rows: 18 },
    { step: 5, rows: 288 },
    { step: 30, rows: 720 },
  ]);
  t.same(
    rates(days - HOUR, days)?.filter((rate) => rate !== null),
    Array(6).fill(1),
  );
  t.same(rates(0, HOUR, days), Array(2).fill(null), 'what has gone is a gap');
});

t.test("this machine's clock jumps", async (t) => {
  const { tell, rates } = open(t);
  tell(10 * HOUR, { up: 30, frames: 0 });
  tell(10 * HOUR + MINUTE, { up: 90, frames: 60 });
  // A year ahead, and back.
  tell(365 * 24 * HOUR, { up: 150, frames: 180 });
  tell(10 * HOUR + 2 * MINUTE, { up: 210, frames: 360 });
  tell(9 * HOUR, { up: 270, frames: 600 });
  t.same(rates(10 * HOUR, 10 * HOUR + 4 * MINUTE), [null, 1, 3, null]);
  t.same(rates(9 * HOUR, 9 * HOUR + 2 * MINUTE, 10 * HOUR), [4, null]);
});

t.test('a number that no disk has spoils no commit', async (t) => {
  const { tell, read } = open(t);
  const outbox = { rows: 1e300, bytes: 1, evicted: 1e300, rejected: 0 };
  tell(0, { up: 1, frames: 0 });
  tell(MINUTE, { up: 61, frames: 1e300, also: { rssBytes: 1e300, diskFreeBytes: 1e300, outbox } });
  t.match(read(0, HOUR)?.points[1], { rssBytes: 1e300, lost: 1e300 });
});

t.test('nothing is known of the device', async (t) => {
  t.equal(open(t).read(0, HOUR), null);
});
