import { bytes, epochMillis } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { openForReading } from '../../../control-plane/src/store/open-database.ts';
import { measureRemoval } from '../../../control-plane/src/store/read/measure-removal.ts';
import type { DetectionBounds } from '../../../control-plane/src/store/write/remove-detections.ts';
import { StoreWriter } from '../../../control-plane/src/store/write/store-writer.ts';
import { storePlace } from '../stand/store-place.ts';
import { row } from './records.ts';

function open(t: Test) {
  const place = storePlace(t);
  const writer = new StoreWriter(...place);
  const reader = openForReading(...place);
  t.teardown(() => {
    reader.close();
    writer.close();
  });
  const foretold = (bounds: DetectionBounds) => measureRemoval(reader, bounds);
  const seqs = () => reader.prepare('SELECT seq FROM detections ORDER BY id').pluck().all();
  return { writer, seqs, foretold, used: () => reader.usedBytes() };
}
const at = (seq: number) => ({ ...row(seq), receivedAt: epochMillis(seq * 1000) });

t.test('what is too old goes, oldest first; the newest of all stays', async (t) => {
  const { writer, seqs, foretold } = open(t);
  t.match(foretold({ before: epochMillis(1e12), bytes: bytes(0) }), { count: 0 }, 'of none');
  writer.commit([1, 2, 3, 4].map(at));
  for (const [before, count] of [
    [null, 0],
    [0, 0],
    [3000, 2],
    [1e12, 3],
  ] as const) {
    const asked = { before: before === null ? null : epochMillis(before), bytes: null };
    t.match(foretold(asked), { count }, `before ${before}`);
  }
  t.equal(writer.removeDetections({ before: null, bytes: null }), 0, 'without bounds nothing goes');
  t.equal(writer.removeDetections({ before: epochMillis(3000), bytes: null }), 2);
  t.same(seqs(), [3, 4]);
  t.equal(writer.removeDetections({ before: epochMillis(1e12), bytes: null }), 1);
  t.same(seqs(), [4]);
});

t.test('what was removed was stored: the stream goes on, and no row comes twice', async (t) => {
  const { writer, seqs } = open(t);
  writer.commit([1, 2, 3].map(at));
  writer.removeDetections({ before: epochMillis(1e12), bytes: null });
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
  const { count } = foretold({ before: null, bytes: bound });
  let removed = 0;
  for (let some = 1; some > 0; removed += some) {
    some = writer.removeDetections({ before: null, bytes: bound });
  }
  t.ok(removed >= 2000 && removed <= 4000, `${removed} of 6000 removed`);
  t.equal(count, removed, 'to a batch of 2000');
  t.equal(seqs()[0], removed + 1);
  t.equal(seqs().at(-1), 6000);
});
