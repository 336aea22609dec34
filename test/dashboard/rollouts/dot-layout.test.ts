import t from 'tap';
import {
  layoutDots,
  MOST_DOTS,
} from '../../../control-plane/dashboard/src/rollouts/one/dot-layout.ts';

const WIDTH = 300;
const draw = (counts: Record<string, number>, names: Record<string, string[]> | null = null) =>
  layoutDots({ counts, names, width: WIDTH });

t.test('each device is a dot in the lane of its state, under its name', async (t) => {
  const { dots, lanes, each } = draw(
    { pending: 1, done: 2, failed: 1 },
    { pending: ['a'], done: ['b', 'c'], failed: ['d'] },
  );
  t.equal(each, 1);
  t.same(
    lanes.map(({ lane, devices }) => [lane, devices]),
    [
      ['waiting', 1],
      ['updating', 0],
      ['running', 2],
      ['elsewhere', 1],
    ],
  );
  t.same(
    dots.map(({ key, state }) => [key, state]),
    [
      ['a', 'pending'],
      ['b', 'done'],
      ['c', 'done'],
      ['d', 'failed'],
    ],
  );
  const [waiting, first, second] = dots;
  t.equal(first?.y, second?.y, 'one lane, one row');
  t.ok((first?.y ?? 0) > (waiting?.y ?? 0), 'another lane, further down');
});

t.test('no two dots lie on one another, and none sticks out', async (t) => {
  for (const total of [1, 17, 150, 300, 301, 10_000, 100_000]) {
    for (const share of [0, 0.1, 0.5, 1]) {
      const done = Math.round(total * share);
      const { dots, height, each } = draw({ pending: total - done, done });
      t.ok(dots.length <= MOST_DOTS + 1, `${total}: ${dots.length} dots`);
      t.ok(dots.length * each >= total, 'every device is in one');
      t.equal(new Set(dots.map(({ x, y }) => `${x} ${y}`)).size, dots.length);
      t.equal(new Set(dots.map(({ key }) => key)).size, dots.length);
      t.ok(dots.every(({ x, y }) => x + 10 <= WIDTH && y + 10 <= height));
    }
  }
});

t.test('however devices move, what stands below stays where it is', async (t) => {
  const all = ['pending', 'told', 'probation', 'done', 'failed', 'late', 'rolled-back'];
  for (const total of [1, 30, 299, 5000]) {
    const heights = new Set<number>();
    for (let step = 0; step < 20; step++) {
      const counts: Record<string, number> = {};
      for (let i = 0; i < total; i++) {
        const state = all[(i * (step + 3)) % all.length] as string;
        counts[state] = (counts[state] ?? 0) + 1;
      }
      heights.add(draw(counts).height);
    }
    t.equal(heights.size, 1, `${total} devices`);
  }
});

t.test(
  'names that are not those of the counts are not drawn: they are of another moment',
  async (t) => {
    const { dots } = draw({ done: 2 }, { done: ['a'] });
    t.same(
      dots.map(({ key }) => key),
      ['done 0', 'done 1'],
    );
  },
);
