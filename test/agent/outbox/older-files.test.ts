import { join } from 'node:path';
import { Database } from '@edgeloop/sqlite';
import t from 'tap';
import { OutboxStore } from '../../../agent/src/outbox/outbox-store.ts';
import { deleteThrough, folder, NOW, row, rows, WIDE } from './stand/outbox-rows.ts';

t.test('a file that is older than what is stored of it begins a new stream', async (t) => {
  const store = new OutboxStore(join(folder(t), 'outbox.sqlite'), WIDE);
  store.append([row('"a"'), row('"b"'), row('"c"')], NOW);
  deleteThrough(store, 1);
  const { stream } = store.status();
  store.renewStream(5);
  t.not(store.status().stream, stream);
  t.same(
    store.read(0, 10).map((entry) => entry.kind === 'row' && [entry.seq, entry.body]),
    [
      [1, '"b"'],
      [2, '"c"'],
    ],
  );
  t.match(store.status(), { nextSeq: 3, rows: 2 });
  store.close();
});

t.test('of a file that went back in time, what the store has of before is left out', async (t) => {
  const path = join(folder(t), 'outbox.sqlite');
  const first = new OutboxStore(path, WIDE);
  first.append([row('"a"'), row('"b"'), row('"c"')], NOW);
  deleteThrough(first, 1);
  first.close();
  // The agent is another: what it adds has numbers under which the store may know others.
  const second = new OutboxStore(path, WIDE);
  t.equal(second.status().openedSeq, 4);
  second.append([row('"d"')], NOW);
  second.renewStream(9);
  t.same(
    second.read(0, 10).map((entry) => entry.kind === 'row' && [entry.seq, entry.body]),
    [[1, '"d"']],
  );
  t.match(second.status(), { nextSeq: 2, openedSeq: 1, rows: 1 });
  second.close();
  // What nobody ever confirmed is kept: the store may have others under its numbers.
  const third = new OutboxStore(path, WIDE);
  third.renewStream(9);
  t.equal(third.status().rows, 1);
  third.close();
});

t.test(
  'a row that is not as it was written leaves a tombstone, and those after it go on',
  async (t) => {
    const path = join(folder(t), 'outbox.sqlite');
    const store = new OutboxStore(path, WIDE);
    store.append(['{"a":1}', '{"b":1}', '{"c":1}', '{"d":1}'].map(row), NOW);
    const other = new Database(path);
    other.exec(`UPDATE rows SET body = '{"c":1' WHERE seq = 3`);
    other.close();
    const corrupt = { kind: 'tombstone', from: 3, to: 3, reason: 'corrupt' };
    const contents = () => store.read(0, 10).map((it) => (it.kind === 'row' ? it.body : it));
    t.same(contents(), ['{"a":1}', '{"b":1}', corrupt, '{"d":1}']);
    t.same(contents(), ['{"a":1}', '{"b":1}', corrupt, '{"d":1}'], 'from now on');
    t.match(store.status(), { nextSeq: 5, oldestSeq: 1, rows: 3 });
    deleteThrough(store, 1);
    store.renewStream(9);
    t.same(
      store.read(0, 10).map((it) => (it.kind === 'row' ? it.seq : it.from)),
      [1, 2, 3],
    );
    store.close();
  },
);

t.test('a file of an agent that wrote no sums is read as it is', async (t) => {
  const path = join(folder(t), 'outbox.sqlite');
  const first = new OutboxStore(path, WIDE);
  first.append(rows(2, '{"a":1}'), NOW);
  first.close();
  const older = new Database(path);
  older.exec('ALTER TABLE rows DROP COLUMN sum; ALTER TABLE meta DROP COLUMN known_seq');
  older.exec('ALTER TABLE meta DROP COLUMN confirmed');
  older.close();
  const second = new OutboxStore(path, WIDE);
  t.same(
    second.read(0, 10).map(({ kind }) => kind),
    ['row', 'row'],
  );
  second.close();
});
