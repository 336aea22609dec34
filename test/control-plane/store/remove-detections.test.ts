import { randomBytes } from 'node:crypto';
import { bytes, type DeviceId, epochMillis } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { openStores } from '../../../control-plane/src/database/open-stores.ts';
import { removeDevice } from '../../../control-plane/src/devices/remove-device.ts';
import { openForWriting } from '../../../control-plane/src/store/open-database.ts';
import { latestDetection } from '../../../control-plane/src/store/read/latest-detection.ts';
import { listDetections } from '../../../control-plane/src/store/read/list-detections.ts';
import { measureRemoval } from '../../../control-plane/src/store/read/measure-removal.ts';
import type { DetectionBounds } from '../../../control-plane/src/store/write/remove-detections.ts';
import { OTHER_STREAM } from '../../stand/fleet/messages.ts';
import { openStore } from '../stand/open-store.ts';
import { row } from './records.ts';

function open(t: Test) {
  const { writer, reading: reader, place } = openStore(t);
  const foretold = (bounds: DetectionBounds) => measureRemoval(reader, bounds);
  const seqs = () => reader.prepare('SELECT seq FROM detections ORDER BY id').pluck().all();
  return { writer, seqs, foretold, place, used: () => reader.usedBytes() };
}
const NOW = epochMillis(1e13);
const at = (seq: number) => ({ ...row(seq), receivedAt: epochMillis(seq * 1000) });

t.test('what is too old goes, oldest first; the newest of all stays', async (t) => {
  const { writer, seqs, foretold } = open(t);
  t.match(
    foretold({ before: epochMillis(1e12), bytes: bytes(0), now: NOW }),
    { count: 0 },
    'of none',
  );
  writer.commit([1, 2, 3, 4].map(at));
  for (const [before, count] of [
    [null, 0],
    [0, 0],
    [3000, 2],
    [1e12, 3],
  ] as const) {
    const asked = { before: before === null ? null : epochMillis(before), bytes: null, now: NOW };
    t.match(foretold(asked), { count }, `before ${before}`);
  }
  t.equal(
    writer.removeDetections({ before: null, bytes: null, now: NOW }),
    0,
    'without bounds nothing goes',
  );
  t.equal(writer.removeDetections({ before: epochMillis(3000), bytes: null, now: NOW }), 2);
  t.same(seqs(), [3, 4]);
  t.equal(writer.removeDetections({ before: epochMillis(1e12), bytes: null, now: NOW }), 1);
  t.same(seqs(), [4]);
});

t.test('what was removed was stored: the stream goes on, and no row comes twice', async (t) => {
  const { writer, seqs } = open(t);
  writer.commit([1, 2, 3].map(at));
  writer.removeDetections({ before: epochMillis(1e12), bytes: null, now: NOW });
  const again = writer.commit([1, 2, 4].map(at));
  t.match(again, { stored: 1, duplicates: 2, watermarks: [{ through: 4, gap: false }] });
  t.same(seqs(), [3, 4]);
});

t.test('a database that holds too much loses its oldest, and not more', async (t) => {
  const { writer, seqs, foretold, used } = open(t);
  const numbers = Array.from({ length: 6000 }, (_, i) => i + 1);
  const empty = used();
  writer.commit(numbers.map(at));
  const bound = bytes(Math.round(empty + (used() - empty) * 0.55));
  const { count } = foretold({ before: null, bytes: bound, now: NOW });
  let removed = 0;
  for (let some = 1; some > 0; removed += some) {
    some = writer.removeDetections({ before: null, bytes: bound, now: NOW });
  }
  t.ok(removed >= 2000 && removed <= 4000, `${removed} of 6000 removed`);
  t.equal(count, removed, 'to a batch of 2000');
  t.equal(seqs()[0], removed + 1);
  t.equal(seqs().at(-1), 6000);
});

t.test('what else the database holds costs detections no more than a share', async (t) => {
  const { writer, seqs, foretold, place, used } = open(t);
  // PostgreSQL's own tables are some megabytes.
  const empty = used();
  writer.commit(Array.from({ length: 6000 }, (_, i) => at(i + 1)));
  const held = used() - empty;
  const database = openForWriting(...place);
  // A tenth of it is about half of what they take.
  const bound = bytes(held * 5);
  const other = randomBytes(bound / 2).toString('hex');
  database.write(() => database.prepare<[string]>('UPDATE devices SET reported = ?').run(other));
  database.close();
  const asked = { before: null, bytes: bound, now: NOW };
  const { count } = foretold(asked);
  let removed = 0;
  for (let some = 1; some > 0; removed += some) some = writer.removeDetections(asked);
  t.ok(used() > bound, 'it is too much, and stays so');
  t.ok(removed >= 2000 && removed <= 4000, `${removed} of 6000 removed`);
  t.equal(count, removed);
  t.equal(seqs().at(-1), 6000);
});

t.test(
  'what a clock that was ahead has stamped goes when what came after it is too old',
  async (t) => {
    const { writer, seqs } = open(t);
    const asked = (before: number) => ({
      before: epochMillis(before),
      bytes: null,
      now: epochMillis(before + 100_000),
    });
    const ahead = epochMillis(2 ** 31 * 1000);
    const rows = Array.from({ length: 5000 }, (_, i) => at(i + 1));
    // More than are looked at together, and all of them before any other.
    writer.commit(rows.map((one, i) => (i < 4000 ? { ...one, receivedAt: ahead } : one)));
    const removed = (before: number) => {
      let all = 0;
      for (let some = 1; some > 0; all += some) some = writer.removeDetections(asked(before));
      return all;
    };
    t.equal(removed(4_000_000), 0, 'nothing is known to be older');
    t.equal(removed(4_900_000), 4899);
    t.equal(removed(4_950_000), 50);
    t.equal(seqs()[0], 4950);
  },
);

t.test('a device that has the newest of all takes no id with it that another gets', async (t) => {
  const { writer, reading, place } = openStore(t);
  const database = openStores(...place);
  t.teardown(() => database.destroy());
  const other = (seq: number) => row(seq, { stream: OTHER_STREAM }, { device: 'pi-2' });
  const follow = (cursor: string) =>
    listDetections(reading, { order: 'stored', cursor, limit: 100 }).detections.map(
      ({ id, seq }) => [id, seq],
    );
  writer.commit([other(1), row(1), row(2)]);
  const cursor = latestDetection(reading);
  t.equal(await removeDevice(database, 'pi-1' as DeviceId), 2);
  writer.commit([other(2), other(3)]);
  t.same(follow(cursor), [
    [4, 2],
    [5, 3],
  ]);
  const later = latestDetection(reading);
  writer.commit([other(4)]);
  t.same(follow(later), [[6, 4]]);
  // Of a fleet that had no other, and twice.
  await removeDevice(database, 'pi-2' as DeviceId);
  await removeDevice(database, 'pi-2' as DeviceId);
  const last = latestDetection(reading);
  writer.commit([row(1)]);
  t.match(follow(last), [[7, 1]]);
});
