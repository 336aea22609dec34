import { type CameraId, DELIVERY_WINDOW } from '@edgeloop/protocol';
import t from 'tap';
import { RecentRows } from '../../../agent/src/outbox/recent-rows.ts';

const camera = 'cam0' as CameraId;
const rows = (count: number) => Array.from({ length: count }, (_, i) => ({ camera, body: `${i}` }));
const seqs = (recent: RecentRows, after: number, limit: number) =>
  recent.read(after, limit)?.map((entry) => entry.kind === 'row' && entry.seq);

t.test('rows that follow one another are read from any place', async (t) => {
  const recent = new RecentRows();
  recent.add(5, rows(2));
  recent.add(7, rows(1));
  t.same(seqs(recent, 4, 10), [5, 6, 7]);
  t.same(seqs(recent, 5, 1), [6]);
  t.equal(recent.read(3, 10), null, 'one before is on disk alone');
  t.equal(recent.read(7, 10), null, 'none is there yet');
});

t.test('after a gap, what was before is not there', async (t) => {
  const recent = new RecentRows();
  recent.add(5, rows(2));
  recent.add(9, rows(1));
  t.equal(recent.read(4, 10), null);
  t.same(seqs(recent, 8, 10), [9]);
});

t.test('no more are kept than may be on their way, and none that is stored', async (t) => {
  const recent = new RecentRows();
  recent.add(1, rows(DELIVERY_WINDOW + 10));
  t.equal(recent.read(9, 1), null);
  t.equal(seqs(recent, 10, 1_000)?.length, DELIVERY_WINDOW);
  recent.drop(20);
  t.equal(recent.read(19, 1), null);
  t.same(seqs(recent, 20, 1), [21]);
  recent.clear();
  t.equal(recent.read(20, 1), null);
});
