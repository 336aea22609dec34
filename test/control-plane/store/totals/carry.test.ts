import fc from 'fast-check';
import t from 'tap';
import {
  type Carried,
  type CounterReport,
  carry,
  totalOf,
} from '../../../../control-plane/src/store/totals/carry.ts';

const told = (boot: string, order: number, counters: CounterReport['counters']): CounterReport => ({
  boot,
  order,
  counters,
});

/** What a store is after it was told all of it. */
function after(messages: readonly CounterReport[]) {
  let [carried, last]: [Carried | null, CounterReport | null] = [null, null];
  const totals = [totalOf(carried, last)];
  for (const message of messages) {
    const next = carry(carried, last, message);
    if (next !== null) [carried, last] = [next, message];
    totals.push(totalOf(carried, last));
  }
  return { carried, last, total: totalOf(carried, last), totals };
}

for (const [behaviour, messages, total] of [
  ['a boot counts what it told last', [told('a', 1, { m: 3 }), told('a', 2, { m: 5 })], { m: 5 }],
  [
    'boots add up',
    [told('a', 1, { m: 3 }), told('b', 1, { m: 2 }), told('c', 1, { m: 1 })],
    { m: 6 },
  ],
  [
    'what comes again, or late, changes nothing',
    [
      told('a', 1, { m: 3 }),
      told('a', 3, { m: 9 }),
      told('a', 2, { m: 6 }),
      told('a', 3, { m: 9 }),
    ],
    { m: 9 },
  ],
  [
    'a late word of a boot that is over changes nothing',
    [
      told('a', 2, { m: 3 }),
      told('b', 1, { m: 1 }),
      told('a', 1, { m: 2 }),
      told('a', 2, { m: 3 }),
    ],
    { m: 4 },
  ],
  [
    'a boot that was not over goes on where it was',
    [told('a', 1, { m: 3 }), told('late', 9, { m: 1 }), told('a', 2, { m: 5 })],
    { m: 6 },
  ],
  [
    'a model that is swapped away within a boot keeps what it counted',
    [told('a', 1, { old: { n: [3, 1] } }), told('a', 2, { next: { n: [0, 2] } })],
    { old: { n: [3, 1] }, next: { n: [0, 2] } },
  ],
  [
    'and adds to it when it comes back from nothing',
    [
      told('a', 1, { m: { n: [3, 1] } }),
      told('a', 2, {}),
      told('a', 3, { m: { n: [1, 0], label: 1 } }),
    ],
    { m: { n: [4, 1], label: 1 } },
  ],
  [
    'counters that begin anew within a boot go on',
    [told('a', 1, { m: { n: [3, 1] } }), told('a', 2, { m: { n: [4, 0] } })],
    { m: { n: [7, 1] } },
  ],
  [
    'a clock that is set back stops no counter that grows',
    [told('a', 90, { m: 3 }), told('a', 10, { m: 5 })],
    { m: 5 },
  ],
] as const) {
  t.test(behaviour, async (t) => {
    t.same(after(messages).total, total);
  });
}

const Boot = fc.record({
  words: fc.array(fc.record({ m: fc.nat(50), k: fc.nat(50) }), { minLength: 1, maxLength: 4 }),
});

t.test(
  'whatever comes twice or late: the total only grows, and is the sum of all boots',
  async () => {
    fc.assert(
      fc.property(
        fc.array(Boot, { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.nat()),
        (boots, picks) => {
          const inOrder = boots.flatMap(({ words }, b) => {
            let sum = { m: 0, k: 0 };
            return words.map(({ m, k }, i) => {
              sum = { m: sum.m + m, k: sum.k + k };
              return told(`boot ${b}`, i + 1, { ...sum });
            });
          });
          // Every message comes; some come again, any time later.
          const sent: CounterReport[] = [];
          for (const message of inOrder) {
            sent.push(message);
            const again = picks.next().value as number;
            if (again % 3 === 0) sent.push(sent[again % sent.length] as CounterReport);
          }
          const { totals, total } = after(sent);
          for (const [i, now] of totals.entries()) {
            for (const [key, value] of Object.entries(totals[i - 1] ?? {})) {
              if (!((now[key] as number) >= (value as number))) return false;
            }
          }
          const all = boots.flatMap(({ words }) => words);
          const sum = (key: 'm' | 'k') => all.reduce((whole, word) => whole + word[key], 0);
          return total.m === sum('m') && total.k === sum('k');
        },
      ),
    );
  },
);

t.test('classes called as what all objects have add up as any other', async (t) => {
  for (const name of ['constructor', 'toString', '__proto__']) {
    const scores = Object.fromEntries([[name, [1, 2]]]);
    const { total } = after([told('a', 1, { m: { good: [1] } }), told('b', 1, { m: scores })]);
    const sum = total.m as Record<string, unknown>;
    t.strictSame(Object.getOwnPropertyDescriptor(sum, name)?.value, [1, 2], name);
  }
});
