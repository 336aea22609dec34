import t from 'tap';
import { mergeNewest } from '../../../control-plane/dashboard/src/rollouts/merge-newest.ts';
import type { RolloutPage, RolloutSummary } from '../../../control-plane/src/resources/rollout.ts';

/** Made in the order of their numbers. */
const row = (number: number, state = 'rolling') =>
  ({
    ...{ rollout: `r${number}`, state },
    createdAt: `2026-11-26T18:00:0${number}.000Z`,
  }) as unknown as RolloutSummary;
const page = (next: string | null, ...rollouts: RolloutSummary[]): RolloutPage => ({
  rollouts,
  next,
});
const names = (rows: readonly RolloutSummary[]) => rows.map(({ rollout }) => rollout);

t.test('a new one waits until it is asked for; what is known is as it is now', async (t) => {
  const first = mergeNewest(null, '', page(null, row(2), row(1)));
  t.same(names(first.rows), ['r2', 'r1']);
  const second = mergeNewest(first, '', page(null, row(3), row(2, 'baking'), row(1)));
  t.same(names(second.rows), ['r2', 'r1']);
  t.same(names(second.waiting), ['r3']);
  t.equal(second.rows[0]?.state, 'baking');
});

t.test('older pages stay when the newest is read again', async (t) => {
  const first = mergeNewest(null, '', page('two', row(4), row(3)));
  const older = { ...first, rows: [...first.rows, row(2), row(1)], next: 'one' };
  const again = mergeNewest(older, '', page('another', row(5), row(4)));
  t.same(names(again.rows), ['r4', 'r3', 'r2', 'r1']);
  t.same(names(again.waiting), ['r5']);
  t.equal(again.next, 'one', 'older ones go on where they were');
});

t.test('what no longer fits the filter goes', async (t) => {
  const first = mergeNewest(null, 'rolling', page(null, row(3), row(2), row(1)));
  const again = mergeNewest(first, 'rolling', page(null, row(3), row(1)));
  t.same(names(again.rows), ['r3', 'r1']);
});

t.test('another filter begins anew, and into an empty list the first comes at once', async (t) => {
  const first = mergeNewest(null, '', page(null, row(1)));
  t.same(names(mergeNewest(first, 'paused', page(null)).rows), []);
  const empty = mergeNewest(null, '', page(null));
  t.same(names(mergeNewest(empty, '', page(null, row(1))).rows), ['r1']);
});
