import t from 'tap';
import { Problem } from '../../../control-plane/dashboard/src/api/problem.ts';
import {
  type Answer,
  EMPTY,
  isFull,
  MOST_WAITING,
  type OutboxState,
  push,
  refuse,
  type Say,
  sendRefusedAgain,
  sent,
  takeBack,
  type Undo,
} from '../../../control-plane/dashboard/src/label/answers/outbox-state.ts';

const say = (sha256: string): Say => ({
  kind: 'say',
  key: `say ${sha256}`,
  task: 'parts',
  sha256,
  said: { kind: 'class', class: 'good' },
});
const undo = (sha256: string | null): Undo => ({
  kind: 'undo',
  key: `undo ${sha256}`,
  task: 'parts',
  sha256,
});
const state = (waiting: readonly Answer[], given: Partial<OutboxState> = {}): OutboxState => ({
  ...EMPTY,
  waiting,
  ...given,
});
const problem = new Problem(422, 'CLASS_UNKNOWN', 'Expected a class.');
const keys = ({ waiting }: OutboxState) => waiting.map(({ key }) => key);
const busy = { sending: true };

for (const [name, before, meant, after] of [
  ['what did not leave yet is taken out of the line', [say('a'), say('b')], 'b', ['say a']],
  ['the first, before it leaves', [say('a')], 'a', []],
  ['what left long ago is undone', [], 'a', ['undo a']],
  ['what was said before this page was open', [say('a')], null, ['say a', 'undo null']],
] as const) {
  t.same(keys(takeBack(state(before), undo(meant))), after, name);
}

t.test('what is on its way is undone behind it', async (t) => {
  const undone = takeBack(state([say('a'), say('b')], busy), undo('a'));
  t.same(keys(undone), ['say a', 'say b', 'undo a']);
});

t.test('of two words on a picture the last is taken back', async (t) => {
  const undone = takeBack(state([say('a'), undo('a'), say('a')], busy), undo('a'));
  t.same(keys(undone), ['say a', 'undo a']);
});

t.test('what was refused waits for a person', async (t) => {
  const refused = refuse(state([say('a'), say('b')], busy), problem);
  t.same(keys(refused), ['say b']);
  t.match(refused.refused, [{ answer: { key: 'say a' }, problem }]);
  t.same(keys(sendRefusedAgain(refused)), ['say b', 'say a']);
  t.same(sendRefusedAgain(refused).refused, []);
  const dropped = takeBack(refused, undo('a'));
  t.same([keys(dropped), dropped.refused], [['say b'], []], 'or is taken back');
});

t.test('the undo of what was refused does not take back another', async (t) => {
  const refused = refuse(state([say('a'), say('b'), undo('a')], busy), problem);
  t.same(keys(refused), ['say b']);
  t.same(refused.refused, []);
});

t.test('a refused undo goes', async (t) => {
  const refused = refuse(state([undo('a'), say('b')], busy), problem);
  t.same([keys(refused), refused.refused], [['say b'], []]);
});

t.test('the line has an end', async (t) => {
  const full = state(Array.from({ length: MOST_WAITING }, (_, i) => say(String(i))));
  t.ok(isFull(full));
  t.notOk(isFull(sent(full)));
  t.ok(isFull(push(sent(full), say('more'))));
});
