import { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { epochMillis, timestamp } from '@edgeloop/protocol';
import t from 'tap';
import { EventStream } from '../../../control-plane/src/api/event-stream.ts';
import type { ControlPlaneEvent } from '../../../control-plane/src/events/event-bus.ts';

const at = timestamp(epochMillis(0));
const about = (job: string, data: unknown = null): ControlPlaneEvent => ({
  id: job,
  kind: 'job.changed',
  at,
  subject: { job },
  data,
});
const HALF = 'x'.repeat(600_000);

/** Takes a piece when it is let. */
function reader() {
  const said: string[] = [];
  const held: (() => void)[] = [];
  const response = new Writable({
    decodeStrings: false,
    highWaterMark: 10,
    write: (piece, _encoding, done) => {
      said.push(/"job":"(.+?)"/.exec(piece)?.[1] ?? piece.trim());
      held.push(done);
    },
  });
  const takeAll = async () => {
    for (await nextTurn(); held.length > 0; await nextTurn()) held.shift()?.();
  };
  return { said, response, takeAll, stream: new EventStream(response) };
}

t.test(
  'what was missed is told as fast as it is read, and what happens meanwhile after it',
  async (t) => {
    const { said, response, takeAll, stream } = reader();
    const begun = stream.begin([about('a', HALF), about('b', HALF), about('c', HALF)]);
    stream.tell(about('d'));
    stream.tell(about('e'));
    await nextTurn();
    t.same(said, ['a']);
    t.ok(response.writableLength < 1_000_000, 'no more waits than the one that is read');
    await takeAll();
    await begun;
    t.same(said, ['a', 'b', 'c', ': listening', 'd', 'e']);
    stream.tell(about('f'));
    await takeAll();
    t.equal(said.at(-1), 'f');
  },
);

t.test(
  'who falls behind what happens is cut, while it is told what it missed and after',
  async (t) => {
    for (const missed of [[about('a')], []]) {
      const { response, takeAll, stream } = reader();
      const begun = stream.begin(missed);
      if (missed.length === 0) await takeAll();
      stream.tell(about('b', HALF));
      t.equal(response.destroyed, false);
      stream.tell(about('c', HALF));
      t.equal(response.destroyed, true);
      await begun;
    }
  },
);

t.test('a stream that is ended waits for no reader', async (t) => {
  const { said, takeAll, stream } = reader();
  const begun = stream.begin([about('a'), about('b')]);
  stream.end();
  await begun;
  await takeAll();
  t.same(said, ['a']);
});
