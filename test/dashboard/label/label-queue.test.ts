import t from 'tap';
import {
  answer,
  askAgain,
  EMPTY_QUEUE,
  guessOf,
  type LabelQueue,
  needsMore,
  putFirst,
  TAKE,
  take,
  undo,
} from '../../../control-plane/dashboard/src/label/queue/label-queue.ts';
import type { SampleView } from '../../../control-plane/src/resources/sample.ts';

const sample = (sha256: string) => ({ sha256 }) as unknown as SampleView;
const samples = (...names: string[]) => names.map(sample);
const names = ({ upcoming }: LabelQueue) => upcoming.map(({ sha256 }) => sha256);
const none = { kind: 'none' } as const;
const abc = take(EMPTY_QUEUE, samples('a', 'b', 'c'));

t.test('what is here, or was just answered, does not come again', async (t) => {
  const answered = answer(abc, none);
  t.same(names(answered), ['b', 'c']);
  t.same(names(take(answered, samples('a', 'c', 'd'))), ['b', 'c', 'd']);
});

t.test('undo brings the last back before the others, as often as there is one', async (t) => {
  const answered = answer(answer(abc, none), none);
  t.same(names(undo(answered)), ['b', 'c']);
  t.same(names(undo(undo(answered))), ['a', 'b', 'c']);
  t.same(names(undo(undo(undo(answered)))), ['a', 'b', 'c']);
  t.same(names(take(undo(answered), samples('b'))), ['b', 'c'], 'it is not there twice');
});

t.test('what was taken back elsewhere comes first, and may be answered again', async (t) => {
  const back = putFirst(answer(abc, none), sample('a'));
  t.same(names(back), ['a', 'b', 'c']);
  t.same(back.done, []);
  t.same(names(putFirst(abc, sample('b'))), ['b', 'a', 'c']);
});

t.test('more are taken while there are few, unless there was nothing', async (t) => {
  t.ok(needsMore(abc));
  const many = take(EMPTY_QUEUE, samples(...Array.from({ length: TAKE }, (_, i) => `${i}`)));
  t.notOk(needsMore(many));
  const dry = take(abc, samples('a', 'b', 'c'));
  t.notOk(needsMore(dry));
  t.ok(needsMore(askAgain(dry)));
  const allKnown = take(many, many.upcoming);
  t.notOk(allKnown.dry, 'a full answer says nothing of what else waits');
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
