import t from 'tap';
import {
  addNewest,
  addOlder,
  EMPTY_LIST,
  hear,
  MOST_ROWS,
  MOST_WAITING,
  showWaiting,
} from '../../../control-plane/dashboard/src/detections/stream/detection-list.ts';
import type { StoredDetection } from '../../../control-plane/src/resources/detection.ts';

const seen = (id: number, given: object = {}) =>
  ({
    id,
    seq: id,
    type: 'new',
    device: 'pi-1',
    occurrence: `o${id}`,
    score: 0.5,
    capturedAt: new Date(id * 1000).toISOString(),
    ...given,
  }) as unknown as StoredDetection;
const some = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => seen(from + i));
const page = (detections: StoredDetection[], next: string | null = null) => ({ detections, next });
const ids = (rows: readonly StoredDetection[]) => rows.map(({ id }) => id);
const wanted = { isWanted: () => true, follow: true, update: true };
const reading = { ...wanted, follow: false };

t.test('newest first by capture, also what comes late; none twice', async (t) => {
  const list = addOlder(EMPTY_LIST, page([seen(5), seen(3)]));
  const late = { capturedAt: new Date(4000).toISOString() };
  t.same(ids(hear(list, [seen(9, late), seen(5), seen(7)], wanted).rows), [7, 5, 9, 3]);
  t.same(ids(addOlder(list, page([seen(3), seen(2)])).rows), [5, 3, 2]);
});

t.test('what is not wanted is not there', async (t) => {
  t.same(hear(EMPTY_LIST, [seen(1)], { ...wanted, isWanted: () => false }).rows, []);
});

t.test('while one reads it waits, and is shown when one wants', async (t) => {
  const list = hear(addOlder(EMPTY_LIST, page(some(1, 3))), [seen(4), seen(3), seen(5)], reading);
  t.same(ids(list.rows), [3, 2, 1]);
  t.same(ids(list.waiting), [5, 4], 'without what is there already');
  t.same(ids(showWaiting(list).rows), [5, 4, 3, 2, 1]);
  t.same(showWaiting(list).waiting, []);
});

t.test('more than can wait: the latest, and it says that it is not all', async (t) => {
  const list = hear(EMPTY_LIST, some(1, MOST_WAITING + 1), reading);
  t.equal(list.waiting.length, MOST_WAITING);
  t.equal(list.waiting[0]?.id, MOST_WAITING + 1);
  t.ok(list.overflowed);
  t.notOk(hear(EMPTY_LIST, some(1, MOST_WAITING), reading).overflowed);
});

t.test('no more rows than are drawn', async (t) => {
  t.equal(addOlder(EMPTY_LIST, page(some(1, MOST_ROWS + 10))).rows.length, MOST_ROWS);
});

t.test('an occurrence goes on in its row, in its place', async (t) => {
  const list = addOlder(EMPTY_LIST, page(some(1, 3)));
  const notWanted = { ...reading, isWanted: () => false };
  const goesOn = (id: number, type: string, given: object = {}) =>
    seen(id, { type, occurrence: 'o2', score: 0.8, ...given });
  const updated = hear(list, [goesOn(10, 'update')], notWanted);
  t.match(updated.rows[1], {
    id: 2,
    type: 'update',
    score: 0.8,
    capturedAt: list.rows[1]?.capturedAt,
  });
  const ended = hear(updated, [goesOn(12, 'end'), goesOn(11, 'update')], notWanted);
  t.match(ended.rows[1], { id: 2, type: 'end' }, 'an update that comes late changes nothing');
  t.same(ids(ended.rows), [3, 2, 1]);
  const another = hear(list, [goesOn(10, 'end', { device: 'pi-2' })], notWanted);
  t.match(another.rows[1], { type: 'new' }, "another device's");
  t.match(hear(list, [goesOn(10, 'end')], { ...notWanted, update: false }).rows[1], {
    type: 'new',
  });
});

t.test('read again: what was read behind stays where the two meet', async (t) => {
  const list = addOlder(addOlder(EMPTY_LIST, page(some(201, 300), 'b')), page(some(1, 200), 'c'));
  const newest = page(some(206, 305), 'b');
  const shown = addNewest(list, newest, true);
  t.same(ids(shown.rows), ids(some(1, 305)).reverse());
  t.equal(shown.next, 'c', 'and goes on behind the last');
  const read = addNewest(list, newest, false);
  t.equal(read.rows, list.rows, 'nothing moves under one who reads');
  t.same(ids(read.waiting), [305, 304, 303, 302, 301]);
  t.notOk(read.overflowed);
  const updated = hear(list, [seen(301, { type: 'end', occurrence: 'o299' })], wanted);
  t.match(addNewest(updated, newest, true).rows[6], { id: 299, type: 'end' }, 'none goes back');
});

t.test('read again, and more was missed than is read: no gap that nobody sees', async (t) => {
  const list = addOlder(EMPTY_LIST, page(some(1, 300), 'c'));
  const newest = page(some(501, 600), 'b');
  const anew = addNewest(list, newest, true);
  t.same(ids(anew.rows), ids(some(501, 600)).reverse());
  t.equal(anew.next, 'b');
  const read = addNewest(list, newest, false);
  t.match(read, { rows: list.rows, next: 'c', overflowed: true });
  t.equal(read.waiting.length, 100);
  const later = hear(read, [seen(601)], wanted);
  t.equal(later.rows, list.rows, 'nothing comes before the gap');
  t.equal(later.waiting.length, 101);
  t.same(addNewest(list, page([]), false).rows, [], 'all of it has gone');
  t.same(ids(addNewest(EMPTY_LIST, page([seen(1)]), false).rows), [1], 'nobody reads nothing');
});
