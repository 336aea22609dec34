import { setTimeout as delay } from 'node:timers/promises';
import { DELIVERY_WINDOW } from '@edgeloop/protocol';
import t from 'tap';
import { createDeliverer as create, OTHER, row, STREAM } from '../stand/deliverer-stand.ts';

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

t.test('no more than the window is on its way', async (t) => {
  const it = create();
  it.deliverer.connected();
  await it.add(...range(1, 400).map(row));
  await delay(5);
  t.same(it.seqs(), range(1, DELIVERY_WINDOW));
  await it.delivered(100);
  await delay(5);
  t.same(it.seqs(), range(1, DELIVERY_WINDOW + 100));
});

t.test('a tombstone counts as one', async (t) => {
  const it = create();
  it.deliverer.connected();
  await it.add(
    { kind: 'tombstone', from: 1, to: 5000, reason: 'rows' },
    ...range(5001, 5400).map(row),
  );
  await delay(5);
  t.equal(it.sent.length, DELIVERY_WINDOW);
  t.equal(it.seqs().at(-1), 5000 + DELIVERY_WINDOW - 1);
});

t.test('only what was sent before, or had to wait, is a repetition', async (t) => {
  const it = create();
  await it.add(row(1), row(2));
  t.same(it.sent, [], 'nothing without a connection');
  it.deliverer.connected();
  await delay(0);
  await it.add(row(3));
  t.same(
    it.sent.map(({ replayed }) => replayed),
    [true, true, false],
  );
  it.deliverer.disconnected();
  it.deliverer.connected();
  await delay(0);
  t.same(it.seqs(), [1, 2, 3, 1, 2, 3]);
  t.ok(it.sent.slice(3).every(({ replayed }) => replayed));
});

t.test('what another stream is told means nothing', async (t) => {
  const it = create();
  it.deliverer.connected();
  await it.add(row(1));
  await it.delivered(1, OTHER);
  t.equal(it.status.oldestSeq, 1);
});

t.test('a store that knows less than it did is told what it will never get', async (t) => {
  const it = create();
  it.deliverer.connected();
  await it.add(row(1), row(2), row(3));
  await it.delivered(2);
  await it.delivered(0);
  t.match(it.sent.at(-1)?.entry, { kind: 'tombstone', from: 1, to: 2, reason: 'acknowledged' });
});

t.test('what was told before the connection stood is applied when it does', async (t) => {
  const it = create();
  await it.add(...range(1, 5).map(row));
  await it.delivered(3);
  it.status.oldestSeq = 4;
  it.deliverer.connected();
  await delay(0);
  t.same(it.seqs(), [4, 5]);
  it.status.oldestSeq = 6;
  it.deliverer.disconnected();
  await it.delivered(2);
  it.deliverer.connected();
  await delay(0);
  t.same(
    it.sent.filter(({ entry }) => entry.kind === 'tombstone').at(-1)?.entry,
    { kind: 'tombstone', from: 3, to: 5, reason: 'acknowledged' },
    'also what a store that lost something said',
  );
});

t.test('a store that knows more than the file begins a new stream', async (t) => {
  const it = create();
  it.deliverer.connected();
  await it.add(row(1));
  await it.delivered(1);
  t.equal(it.renewed(), 0);
  await it.delivered(50);
  t.equal(it.renewed(), 1);
});

t.test(
  'of a file that lost its last rows, new ones are not taken for those that the store has',
  async (t) => {
    const it = create();
    t.teardown(() => it.deliverer.close());
    // The agent before had written and sent 1 to 8; the file knows of 1 to 3.
    Object.assign(it.status, { openedSeq: 4, nextSeq: 4, oldestSeq: 3 });
    await it.add(row(3));
    await it.add(...range(4, 10).map(row));
    it.deliverer.connected();
    await delay(5);
    t.same(it.seqs(), [3], 'before the store has spoken nothing of this agent is sent');
    await it.delivered(8);
    t.equal(it.renewed(), 1, 'what it has not sent can not be stored: a new stream');
    t.match(it.status, { oldestSeq: 3 }, 'and nothing of it is deleted');
  },
);

t.test('while no new stream can begin, no number is given out twice', async (t) => {
  const it = create();
  it.deliverer.start();
  t.teardown(() => it.deliverer.close());
  Object.assign(it.status, { openedSeq: 4, nextSeq: 4, oldestSeq: 3 });
  await it.add(row(3));
  await it.add(...range(4, 6).map(row));
  it.deliverer.connected();
  it.fillDisk();
  await t.rejects(it.deliverer.delivered({ stream: STREAM, through: 8 }), /SQLITE_FULL/);
  await it.add(...range(7, 12).map(row));
  await delay(1_200);
  t.same(it.seqs(), [3], 'what stood in the file, and nothing of this agent');
  await it.delivered(3);
  await it.delivered(8).catch(() => {});
  t.same(it.seqs(), [3], 'nor after a word that passes');
  t.ok(it.status.nextSeq === 13 && it.status.oldestSeq === 4, 'nothing of it is deleted');
  it.emptyDisk(OTHER);
  await delay(1_200);
  t.equal(it.renewed(), 1, 'it is tried again by itself');
  await it.add(row(1));
  t.same(it.seqs(), [3, 1], 'and the new stream is sent');
});

t.test(
  'what this agent adds is sent when the store has spoken, or has nothing to say',
  async (t) => {
    const spoken = create();
    Object.assign(spoken.status, { openedSeq: 4, nextSeq: 4, oldestSeq: 4 });
    await spoken.add(row(4));
    spoken.deliverer.connected();
    await spoken.delivered(3);
    t.same(spoken.seqs(), [4]);
    await spoken.delivered(4);
    t.equal(spoken.renewed(), 0);
    spoken.deliverer.close();

    const silent = create();
    Object.assign(silent.status, { openedSeq: 4, nextSeq: 4, oldestSeq: 4 });
    await silent.add(row(4));
    silent.deliverer.connected();
    await delay(5);
    t.same(silent.seqs(), []);
    await delay(1_100);
    t.same(silent.seqs(), [4]);
    silent.deliverer.close();
  },
);

t.test('without progress for long enough all is sent again', async (t) => {
  const it = create();
  it.deliverer.start();
  t.teardown(() => it.deliverer.close());
  it.deliverer.connected();
  await it.add(row(1), row(2));
  it.pass(29_000);
  await delay(1100);
  t.same(it.seqs(), [1, 2], 'not too early');
  it.pass(2_000);
  await delay(1100);
  t.same(it.seqs(), [1, 2, 1, 2]);
  t.ok(it.sent.slice(2).every(({ replayed }) => replayed));
});

t.test('where no store has ever spoken that is told, once', async (t) => {
  for (const [delivery, spoken, told] of [
    ['stored', false, 1],
    ['stored', true, 0],
    ['puback', false, 0],
  ] as const) {
    const it = create(delivery);
    it.deliverer.start();
    t.teardown(() => it.deliverer.close());
    it.deliverer.connected();
    if (spoken) await it.delivered(7, OTHER);
    await it.add(row(1));
    for (let again = 0; again < 2; again++) {
      it.pass(31_000);
      await delay(1100);
    }
    t.equal(it.unheard(), told);
    t.equal(it.deliverer.unheard, told > 0);
    await it.delivered(0);
    t.notOk(it.deliverer.unheard, 'until one does');
  }
});

t.test('what got lost on its way is sent again when the store asks for it', async (t) => {
  const it = create();
  it.deliverer.connected();
  await it.add(...range(1, 4).map(row));
  await it.deliverer.delivered({ stream: STREAM, through: 2, resend: true });
  await delay(0);
  t.same(it.seqs(), [1, 2, 3, 4, 3, 4]);
  t.same(it.sent.at(-1)?.replayed, true);
  await it.deliverer.delivered({ stream: STREAM, through: 4, resend: true });
  await delay(0);
  t.equal(it.sent.length, 6, 'nothing is on its way');
});

t.test('with puback a row leaves when all before it were taken too', async (t) => {
  const it = create('puback');
  it.deliverer.connected();
  await it.add(row(1), row(2), row(3));
  it.sent[1]?.acknowledge();
  await delay(0);
  t.equal(it.status.oldestSeq, 1);
  it.sent[0]?.acknowledge();
  await delay(0);
  t.equal(it.status.oldestSeq, 3);
});

t.test('with puback what is on its way is sent once while the broker takes rows', async (t) => {
  const it = create('puback');
  it.deliverer.start();
  t.teardown(() => it.deliverer.close());
  it.deliverer.connected();
  await it.add(row(1), row(2), row(3));
  it.pass(20_000);
  it.sent[0]?.acknowledge();
  await delay(0);
  it.pass(20_000);
  await delay(1_100);
  t.same(it.seqs(), [1, 2, 3], 'row 2 is on its way all the time, but the broker goes on');
  it.sent[2]?.acknowledge();
  await delay(0);
  it.pass(20_000);
  await delay(1_100);
  t.same(it.seqs(), [1, 2, 3, 2, 3], 'one that is passed over is lost');
});
