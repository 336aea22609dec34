import t, { type Test } from 'tap';
import { BOOT, health, OTHER_BOOT } from '../stand/health.ts';
import { ofManyCommits } from '../stand/on-postgres.ts';
import { openStore } from '../stand/open-store.ts';
import { record } from './records.ts';

const MODEL = 'a'.repeat(64);
const MINUTE = 60_000;

function open(t: Test) {
  const { writer, reading } = openStore(t);
  const tell = (minutes: number, given: Parameters<typeof health>[0]) =>
    writer.commit([record('health', { ...health(given) }, { receivedAt: minutes * MINUTE })]);
  const read = (sql: string) => reading.prepare(sql).all() as Record<string, never>[];
  return { writer, tell, read, totals: () => read('SELECT * FROM device_totals')[0] };
}

t.test(
  'while a boot goes on nothing is carried; a late word of it is not the newest',
  async (t) => {
    const { tell, totals, read } = open(t);
    for (const up of [30, 60, 90, 60, 90, 30]) {
      tell(1, { up, models: { [MODEL]: { good: up } } });
      t.equal(totals()?.health_carried, null);
    }
    const [device] = read('SELECT health FROM devices');
    t.match(JSON.parse(device?.health ?? '{}'), { uptimeSeconds: 90 });
  },
);

t.test('a boot that ends is carried once', async (t) => {
  const { tell, totals } = open(t);
  tell(1, { up: 60, models: { [MODEL]: { good: 7 } } });
  tell(2, { boot: OTHER_BOOT, up: 5, models: { [MODEL]: { good: 1 } } });
  const carried = totals()?.health_carried;
  t.match(JSON.parse(carried ?? '{}'), {
    total: { up: 60, [`model/${MODEL}`]: { scores: { good: [0, 0, 0, 0, 0, 0, 0, 0, 7] } } },
    ended: [{ boot: BOOT }],
  });
  tell(3, { up: 60, models: { [MODEL]: { good: 7 } } });
  tell(3, { boot: OTHER_BOOT, up: 9, models: { [MODEL]: { good: 2 } } });
  t.equal(totals()?.health_carried, carried);
});

t.test('once an hour it is marked how totals stood; two marks are kept', async (t) => {
  const { tell, totals } = open(t);
  const stood = (text: string | undefined) => JSON.parse(text ?? '{}').up;
  for (let minutes = 0; minutes <= 150; minutes += 10) tell(minutes, { up: minutes * 60 + 1 });
  t.same([stood(totals()?.mark_before), stood(totals()?.mark)], [60 * 60 + 1, 120 * 60 + 1]);
  t.equal(totals()?.marked_at, 120 * MINUTE);
});

t.test('a batch that fails carries nothing', async (t) => {
  const { writer, tell, totals } = open(t);
  tell(1, { up: 60 });
  const second = record('health', { ...health({ boot: OTHER_BOOT, up: 5 }) });
  const broken = record('reported', { slots: { main: { model: null, name: null } } });
  t.throws(() => writer.commit([second, broken]), {
    code: /^(SQLITE_CONSTRAINT_NOTNULL|23502)$/,
  });
  t.equal(totals()?.health_carried, null);
});

t.test('of boots and runs of one device so many are kept', ofManyCommits(), async (t) => {
  const { writer, read } = open(t);
  const id = (i: number) => String(i).padStart(12, '0');
  writer.commit(
    Array.from({ length: 1100 }, (_, i) => {
      const bootId = `00000000-0000-4000-8000-${id(i)}`;
      return record('status', { state: 'online', bootId, agentVersion: '1' }, { receivedAt: i });
    }),
  );
  t.match(read('SELECT count(*) AS kept, min(seen_at) AS first FROM device_boots'), [
    { kept: 256, first: 1100 - 256 },
  ]);
  writer.commit(
    Array.from({ length: 1100 }, (_, i) =>
      record('reported', { slots: { main: { model: MODEL, name: 'm', generation: i + 1 } } }),
    ),
  );
  t.match(read('SELECT count(*) AS kept, min(generation) AS first FROM device_runs'), [
    { kept: 1000, first: 101 },
  ]);
});
