import t from 'tap';
import {
  type ShownRollouts,
  showAll,
  takeRead,
} from '../../../control-plane/dashboard/src/rollouts/shown-rollouts.ts';
import type { RolloutSummary } from '../../../control-plane/src/resources/rollout.ts';

const row = (number: number, state = 'rolling') =>
  ({ rollout: `r${number}`, state }) as unknown as RolloutSummary;
const rows = (...numbers: readonly number[]) => numbers.map((number) => row(number));
const names = ({ rows }: ShownRollouts) => rows.map(({ rollout }) => rollout).join(' ');

t.test('a new one waits until it is asked for; what is known is as it is now', async (t) => {
  const first = takeRead(null, '', rows(2, 1));
  t.equal(names(first), 'r2 r1');
  const second = takeRead(first, '', [row(3), row(2, 'baking'), row(1)]);
  t.equal(names(second), 'r2 r1');
  t.equal(second.waiting, 1);
  t.equal(second.rows[0]?.state, 'baking');
  const asked = showAll(second.filter, second.all);
  t.equal(names(asked), 'r3 r2 r1');
  t.equal(takeRead(asked, '', second.all).waiting, 0);
});

t.test('older ones that were asked for come below, each once and as it is now', async (t) => {
  const first = takeRead(null, '', rows(4, 3));
  const more = takeRead(first, '', [...rows(5, 4, 3, 2), row(1, 'paused')]);
  t.equal(names(more), 'r4 r3 r2 r1');
  t.equal(more.waiting, 1);
  const again = takeRead(more, '', [...rows(5, 4, 3, 2), row(1, 'aborted')]);
  t.equal(again.rows.at(-1)?.state, 'aborted', 'also those beyond the first that were read');
});

t.test('a row that new ones push out of what is read is neither old nor there twice', async (t) => {
  const first = takeRead(null, '', rows(4, 3, 2));
  const pushed = takeRead(first, '', rows(5, 4, 3));
  t.equal(names(pushed), 'r4 r3');
  t.equal(names(takeRead(pushed, '', rows(5, 4, 3, 2, 1))), 'r4 r3 r2 r1');
});

t.test('what no longer fits the filter goes; what comes to fit it amid them waits', async (t) => {
  const first = takeRead(null, 'rolling', rows(5, 3, 1));
  t.equal(names(takeRead(first, 'rolling', rows(5, 1))), 'r5 r1');
  const amid = takeRead(first, 'rolling', rows(5, 4, 3, 1));
  t.equal(names(amid), 'r5 r3 r1');
  t.equal(names(showAll(amid.filter, amid.all)), 'r5 r4 r3 r1', 'and then stands in its place');
});

t.test('another filter begins anew, and into an empty list the first comes at once', async (t) => {
  const first = takeRead(null, '', rows(1));
  t.equal(names(takeRead(first, 'paused', [])), '');
  t.equal(names(takeRead(takeRead(null, '', []), '', rows(1))), 'r1');
});
