import t from 'tap';
import {
  answer,
  askAgain,
  drop,
  EMPTY_QUEUE,
  guessOf,
  type LabelQueue,
  LEASE,
  needsMore,
  putFirst,
  TAKE,
  take,
  undo,
} from '../../../control-plane/dashboard/src/label/queue/label-queue.ts';
import { LABEL_LEASE } from '../../../control-plane/src/labels/label-lease.ts';
import type { QueuePage } from '../../../control-plane/src/resources/label.ts';
import type { SampleView } from '../../../control-plane/src/resources/sample.ts';

type QueueSample = QueuePage['samples'][number];
const sample = (sha256: string) => ({ sha256, leasedUntil: '' }) as unknown as QueueSample;
const samples = (...names: string[]) => names.map(sample);
const names = ({ upcoming }: LabelQueue) => upcoming.map(({ sha256 }) => sha256);
const none = { kind: 'none' } as const;
const many = (count: number, from = 0) =>
  samples(...Array.from({ length: count }, (_, i) => `${from + i}`));
const abc = take(EMPTY_QUEUE, samples('a', 'b', 'c'), 0);

t.test('what is here, or was just answered, does not come again', async (t) => {
  const answered = answer(abc, none);
  t.same(names(answered), ['b', 'c']);
  t.same(names(take(answered, samples('a', 'b', 'c', 'd'), 0)), ['b', 'c', 'd']);
});

t.test('undo brings the last back before the others, as often as there is one', async (t) => {
  const answered = answer(answer(abc, none), none);
  t.same(names(undo(answered)), ['b', 'c']);
  t.same(names(undo(undo(answered))), ['a', 'b', 'c']);
  t.same(names(undo(undo(undo(answered)))), ['a', 'b', 'c']);
  t.same(names(take(undo(answered), samples('b', 'c'), 0)), ['b', 'c'], 'it is not there twice');
});

t.test('what was taken back elsewhere comes first, and may be answered again', async (t) => {
  const back = putFirst(answer(abc, none), sample('a'));
  t.same(names(back), ['a', 'b', 'c']);
  t.same(back.done, []);
  t.same(names(putFirst(abc, sample('b'))), ['b', 'a', 'c']);
});

t.test('more are taken while there are few, unless there was nothing', async (t) => {
  t.ok(needsMore(abc, 0));
  const full = take(EMPTY_QUEUE, many(TAKE), 0);
  t.notOk(needsMore(full, 0));
  const dry = take(abc, samples('a', 'b', 'c'), 0);
  t.notOk(needsMore(dry, 0));
  t.ok(needsMore(askAgain(dry), 0));
  const allKnown = take(full, many(TAKE), 0);
  t.notOk(allKnown.dry, 'a full answer says nothing of what else waits');
});

t.test('what is here is taken again before others get it', async (t) => {
  t.equal(LEASE, LABEL_LEASE);
  const [full, dry] = [take(EMPTY_QUEUE, many(TAKE), 0), take(abc, samples('a', 'b', 'c'), 0)];
  for (const queue of [full, dry]) {
    t.notOk(needsMore(queue, LEASE / 5));
    t.ok(needsMore(queue, LEASE / 2));
    t.notOk(needsMore(take(queue, many(TAKE), LEASE / 2), LEASE / 2));
  }
  t.notOk(needsMore({ ...EMPTY_QUEUE, dry: true }, LEASE), 'nothing is not taken again');
});

t.test('what is not given again is not here any more, but for what is seen', async (t) => {
  t.same(names(take(abc, samples('c', 'd'), 0)), ['a', 'c', 'd']);
  const full = take(EMPTY_QUEUE, many(TAKE + 5), 0);
  t.equal(take(full, many(TAKE), LEASE / 2).upcoming.length, TAKE + 5, 'of more not all are given');
  t.same(names(take(full, many(TAKE, 30), LEASE)), [
    '0',
    ...names(take(EMPTY_QUEUE, many(TAKE, 30), 0)),
  ]);
  const back = undo(undo(answer(answer(abc, none), none)));
  t.same(names(take(back, samples('c'), 0)), ['a', 'b', 'c'], 'what is on its way back');
});

t.test('what another has labelled goes, but for what is seen', async (t) => {
  t.same(names(drop(abc, 'b')), ['a', 'c']);
  t.same(names(drop(abc, 'a')), ['a', 'b', 'c']);
});

t.test('an answer to nothing is none', async (t) => {
  t.same(answer(EMPTY_QUEUE, none), EMPTY_QUEUE);
});

t.test('the guess has the score of the model that saw it last', async (t) => {
  const seen = (...scores: Record<string, number>[]) =>
    ({ guess: 'good', sightings: scores.map((of) => ({ scores: of })) }) as unknown as SampleView;
  t.same(guessOf(seen({ good: 0.6 }, { good: 0.8 }, {})), { name: 'good', score: 0.8 });
  t.equal(guessOf({ ...seen(), guess: null }), null);
});
