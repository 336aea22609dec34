import { join } from 'node:path';
import type { DeviceId } from '@edgeloop/protocol';
import { Database } from '@edgeloop/sqlite';
import t from 'tap';
import { openForReading, openForWriting } from '../../../control-plane/src/store/open-database.ts';
import { viewDevice } from '../../../control-plane/src/store/read/view-device.ts';
import { StoreWriter } from '../../../control-plane/src/store/write/store-writer.ts';
import { MIDNIGHT, OTHER_STREAM, STREAM } from '../../stand/fleet/messages.ts';
import { health } from '../stand/health.ts';
import { ofSqlite } from '../stand/on-postgres.ts';
import { openStore } from '../stand/open-store.ts';
import { storePlace } from '../stand/store-place.ts';
import { record, row } from './records.ts';

function view(place: ReturnType<typeof storePlace>, device = 'pi-1') {
  const database = openForReading(...place);
  const found = viewDevice(database, device as DeviceId);
  database.close();
  return found;
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);
const tombstone = (from: number, to: number, reason = 'rows') =>
  record('tombstones', { stream: STREAM, from, to, reason });

t.test('a stream is stored in its order, each number once', async (t) => {
  const place = storePlace(t);
  const writer = new StoreWriter(...place);
  t.match(writer.commit([row(1), row(2), row(2), row(4)]), {
    stored: 2,
    duplicates: 1,
    early: 1,
    watermarks: [{ site: 'works', device: 'pi-1', stream: STREAM, through: 2, gap: true }],
  });
  t.match(writer.commit([row(3), row(1)]), {
    stored: 1,
    duplicates: 1,
    watermarks: [{ through: 3, gap: false }],
  });
  t.match(writer.commit([row(6), row(4), row(5), row(6)]), {
    stored: 3,
    early: 1,
    watermarks: [{ through: 6, gap: false }],
  });
  writer.close();
  t.match(view(place)?.streams, [
    { stream: STREAM, through: 6, stored: 6, lost: 0, tombstones: [] },
  ]);
});

t.test('the watermark stands after a restart, and goes on', async (t) => {
  const place = storePlace(t);
  const first = new StoreWriter(...place);
  first.commit(numbers(1, 10).map((seq) => row(seq)));
  first.close();
  const second = new StoreWriter(...place);
  t.match(second.watermarks(), [{ device: 'pi-1', stream: STREAM, through: 10 }]);
  t.match(second.commit([row(10), row(11)]), {
    stored: 1,
    duplicates: 1,
    watermarks: [{ through: 11 }],
  });
  second.close();
});

t.test('tombstones say what is lost and why', async (t) => {
  const place = storePlace(t);
  const writer = new StoreWriter(...place);
  const outcome = writer.commit([row(1), tombstone(2, 4, 'age'), tombstone(2, 4, 'age'), row(5)]);
  t.match(outcome, { stored: 2, tombstones: 1, duplicates: 1, watermarks: [{ through: 5 }] });
  t.match(
    writer.commit([tombstone(8, 9)]),
    { tombstones: 0, early: 1, watermarks: [{ through: 5, gap: true }] },
    'not before its turn',
  );
  writer.commit([tombstone(4, 7, 'bytes'), row(8)]);
  t.match(writer.commit([row(6)]), { stored: 0, duplicates: 1 }, 'what was given up stays so');
  writer.close();
  t.match(view(place)?.streams[0], {
    through: 8,
    stored: 3,
    lost: 5,
    tombstones: [
      { from: 6, to: 7, reason: 'bytes' },
      { from: 2, to: 4, reason: 'age' },
    ],
  });
});

t.test('streams of one device, and devices, are apart', async (t) => {
  const place = storePlace(t);
  const writer = new StoreWriter(...place);
  const { watermarks } = writer.commit([
    row(1),
    row(1, { stream: OTHER_STREAM }),
    row(2, { stream: OTHER_STREAM }),
    row(1, {}, { device: 'pi-2' }),
  ]);
  t.same(
    watermarks.map(({ device, stream, through }) => [device, stream, through]),
    [
      ['pi-1', STREAM, 1],
      ['pi-1', OTHER_STREAM, 2],
      ['pi-2', STREAM, 1],
    ],
  );
  writer.commit([row(3, { stream: OTHER_STREAM }, { receivedAt: Date.now() })]);
  t.match(
    writer.watermarks().map(({ device, stream }) => [device, stream]),
    [
      ['pi-1', OTHER_STREAM],
      ['pi-2', STREAM],
    ],
    'the stream used last is the one a device is told of',
  );
  writer.close();
});

t.test('a device is as it last said; a kept message and the will show no life', async (t) => {
  const place = storePlace(t);
  const writer = new StoreWriter(...place);
  const boot = { bootId: '00000000-0000-4000-8000-00000000b007', agentVersion: '0.1.0' };
  writer.commit([
    record('status', { state: 'online', ...boot }, { retained: true, receivedAt: 1 }),
  ]);
  t.match(view(place), { state: 'online', lastSeenAt: null, agentVersion: '0.1.0' });
  writer.commit([
    record('health', { ...health({ rssBytes: 5 }) }, { receivedAt: 2000 }),
    record('status', { state: 'offline', ...boot }, { receivedAt: 3000 }),
    record('state', { label: 'good' }, { camera: 'cam0', receivedAt: 2000 }),
  ]);
  t.match(view(place), {
    state: 'offline',
    stateAt: '1970-01-01T00:00:03.000Z',
    lastSeenAt: '1970-01-01T00:00:02.000Z',
    health: { rssBytes: 5 },
    cameras: { cam0: { label: 'good' } },
  });
  writer.forgetStates();
  writer.close();
  t.match(view(place), { state: 'unknown' });
});

t.test(
  'a full disk stores nothing of a batch, and the next attempt all of it',
  ofSqlite(),
  async (t) => {
    const place = storePlace(t);
    const writer = new StoreWriter(...place);
    writer.commit([row(1)]);
    writer.limitPages(1);
    const big = numbers(2, 200).map((seq) => row(seq, { source: 'x'.repeat(1000) }));
    t.throws(() => writer.commit(big), { code: 'SQLITE_FULL' });
    t.match(view(place)?.streams[0], { through: 1, stored: 1 });
    writer.limitPages(1_000_000);
    t.match(writer.commit(big), { stored: 199, watermarks: [{ through: 200 }] });
    writer.close();
  },
);

const streamOf = (i: number) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;

t.test('what is not stored leaves nothing behind', async (t) => {
  const { writer, reading } = openStore(t);
  const count = (table: string) =>
    reading.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get();
  const early = numbers(1, 50).map((i) =>
    row(2, { stream: streamOf(i), model: String(i).padStart(64, '0') }),
  );
  const { watermarks, ...counts } = writer.commit(early);
  t.match(counts, { stored: 0, early: 50, surplus: 0 });
  t.match(
    watermarks[0],
    { stream: streamOf(1), through: 0, gap: true },
    'it is asked for the rest',
  );
  t.same([count('streams'), count('models')], [0, 0]);
  t.match(writer.commit([row(2), row(1)]), { stored: 1, early: 1, watermarks: [{ through: 1 }] });
  t.same([count('streams'), count('models')], [1, 1]);
});

t.test('of a device no more is kept than so many cameras, streams and tombstones', async (t) => {
  const { writer, reading } = openStore(t);
  const count = (table: string) =>
    reading.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get();
  const state = (camera: number, label = 'good') =>
    record('state', { label }, { camera: `cam${camera}` });
  t.match(writer.commit(numbers(1, 70).map((camera) => state(camera))), { surplus: 6 });
  t.match(writer.commit([state(1, 'bad'), state(71)]), { surplus: 1 });
  t.equal(count('camera_states'), 64);
  const seen = viewDevice(reading, 'pi-1' as DeviceId)?.cameras as Record<string, unknown>;
  t.match(seen.cam1, { label: 'bad' }, 'one that is known goes on');

  // One with a row, then many that begin with what is lost.
  writer.commit([row(1)]);
  const lost = (i: number, receivedAt: number) =>
    record('tombstones', { stream: streamOf(i), from: 1, to: 1, reason: 'age' }, { receivedAt });
  const later = MIDNIGHT + 1000;
  t.match(writer.commit(numbers(1, 4010).map((i) => lost(i, later))), {
    tombstones: 3999,
    surplus: 11,
  });
  t.equal(count('streams'), 4000);
  const { streams, streamsInAll } = viewDevice(reading, 'pi-1' as DeviceId) ?? {};
  t.same([streams?.length, streamsInAll], [20, 4000], 'an answer stays small');
  t.match(writer.commit([lost(4011, later + 1), row(2)]), { tombstones: 1, stored: 1 });
  t.same([count('streams'), count('tombstones')], [66, 65], 'the one with rows, and the newest');

  const gone = numbers(3, 1100).map((seq) => tombstone(seq, seq));
  t.match(writer.commit(gone), { tombstones: 1098 });
  t.equal(count('tombstones'), 65 + 1000);
});

t.test('a folder belongs to one control plane', async (t) => {
  const place = storePlace(t);
  const writer = new StoreWriter(...place);
  t.throws(() => new StoreWriter(...place), { code: 'DATA_IN_USE', exitStatus: 61 });
  writer.close();
  new StoreWriter(...place).close();
});

t.test('others may ingest beside one that does not', ofSqlite(), async (t) => {
  const place = storePlace(t);
  t.throws(() => new StoreWriter(...place, 'ingest'), { code: 'DATA_OLDER', exitStatus: 108 });
  const whole = new StoreWriter(...place);
  t.throws(() => new StoreWriter(...place, 'ingest'), { code: 'DATA_IN_USE' }, 'that one ingests');
  whole.close();
  const api = new StoreWriter(...place, 'api');
  const ingests = [new StoreWriter(...place, 'ingest'), new StoreWriter(...place, 'ingest')];
  t.throws(() => new StoreWriter(...place, 'api'), { code: 'DATA_IN_USE' }, 'one has the folder');
  api.close();
  t.throws(() => new StoreWriter(...place), { code: 'DATA_IN_USE', message: /--without-ingest/ });
  new StoreWriter(...place, 'api').close();
  for (const ingest of ingests) ingest.close();
  new StoreWriter(...place).close();
});

t.test('who has lost the lease stores nothing more', async (t) => {
  const place = storePlace(t);
  new StoreWriter(...place, 'api').close();
  const [first, second] = [
    new StoreWriter(...place, 'ingest'),
    new StoreWriter(...place, 'ingest'),
  ];
  const database = openForWriting(...place);
  const set = (change: string) => database.write(() => database.prepare(`UPDATE ${change}`).run());
  set('leases SET generation = 1');
  const mine = { generation: 1, roster: 0 };
  t.match(first.commit([row(1)], mine), { stored: 1 });
  set('leases SET generation = 2');
  t.throws(() => first.commit([row(2)], mine), { code: 'FENCED' });
  t.throws(() => first.forgetStates(mine), { code: 'FENCED' });
  t.match(second.commit([row(2)], { generation: 2, roster: 0 }), { stored: 1 });
  set('roster SET revision = 1');
  t.throws(() => second.commit([row(3)], { generation: 2, roster: 0 }), { code: 'ROSTER_CHANGED' });
  second.forgetStates({ generation: 2, roster: null });
  t.match(view(place)?.streams, [{ through: 2, stored: 2 }]);
  for (const open of [first, second, database]) open.close();
});

t.test('a database of a newer version is left alone', ofSqlite(), async (t) => {
  const place = storePlace(t);
  new StoreWriter(...place).close();
  const database = new Database(join(place[0], 'control-plane.sqlite'));
  database.pragma('user_version = 999');
  database.close();
  t.throws(() => new StoreWriter(...place), { code: 'DATA_NEWER', exitStatus: 62 });
});
