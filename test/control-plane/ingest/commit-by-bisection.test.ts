import t from 'tap';
import { commitByBisection } from '../../../control-plane/src/ingest/commit-by-bisection.ts';

class Poisoned extends Error {}

const HUNDRED = Array.from({ length: 100 }, (_, i) => i);

/**
 * @param bad what can't be committed;
 * @param leaves whether a refused one takes the like of it along
 */
async function run(bad: (item: number) => boolean, leaves = false) {
  const [stored, refused]: [number[], number[]] = [[], []];
  let commits = 0;
  await commitByBisection(HUNDRED, {
    takes: (item) => !(leaves && refused.length > 0 && bad(item)),
    commit: async (batch) => {
      commits += 1;
      if (batch.some(bad)) throw new Poisoned();
      stored.push(...batch);
    },
    blamesItems: (error) => error instanceof Poisoned,
    onRefused: (item) => refused.push(item),
  });
  return { stored, refused, commits };
}

t.test('all at once where nothing is wrong', async (t) => {
  t.same(await run(() => false), { stored: HUNDRED, refused: [], commits: 1 });
});

for (const place of [0, 41, 99]) {
  t.test(`one that can't be, at ${place}: all the others in their order`, async (t) => {
    const { stored, refused, commits } = await run((item) => item === place);
    t.same(refused, [place]);
    t.same(
      stored,
      HUNDRED.filter((item) => item !== place),
    );
    t.ok(commits <= 15, `${commits} commits`);
  });
}

t.test('many of one kind cost what one does, where the first takes them along', async (t) => {
  const odd = (item: number) => item % 2 === 1;
  const { stored, refused, commits } = await run(odd, true);
  t.same(refused, [1]);
  t.same(
    stored,
    HUNDRED.filter((item) => !odd(item)),
  );
  t.ok(commits <= 15, `${commits} commits`);
});

t.test('what is no item’s fault goes on as it is, at once', async (t) => {
  let commits = 0;
  const full = new Error('SQLITE_FULL');
  const committed = commitByBisection([1, 2], {
    takes: () => true,
    commit: async () => {
      commits += 1;
      throw full;
    },
    blamesItems: (error) => error instanceof Poisoned,
    onRefused: () => t.fail('nothing is refused'),
  });
  await t.rejects(committed, full);
  t.equal(commits, 1);
});
