import { epochMillis, type Sha256 } from '@edgeloop/protocol';
import fc from 'fast-check';
import t from 'tap';
import type { Direction } from '../../../control-plane/src/labels/novelty.ts';
import { type Candidate, rankQueue } from '../../../control-plane/src/labels/rank-queue.ts';

const candidate = (
  sample: number,
  values: Partial<Candidate> & { in?: string } = {},
): Candidate => ({
  sample,
  group: (values.in ?? `group ${sample}`) as Sha256,
  uncertainty: 0.5,
  guess: 'good',
  random: false,
  disputed: false,
  drifted: false,
  direction: null,
  receivedAt: epochMillis(sample),
  ...values,
});
const NOTHING = { byClass: new Map(), byGroup: new Map(), directions: [] };
/** Of a model that sees a plane: how far around, in degrees. */
const at = (degrees: number, model = 'm'): Direction => {
  const radians = (degrees * Math.PI) / 180;
  return { model, unit: Float32Array.of(Math.cos(radians), Math.sin(radians)) };
};
const order = (candidates: readonly Candidate[], labelled = NOTHING, limit = 100) =>
  rankQueue(candidates, labelled, limit).map(({ sample }) => sample);

for (const [name, candidates, labelled, expected] of [
  ['nobody waits', [], NOTHING, []],
  [
    'the least sure first',
    [
      candidate(1, { uncertainty: 0.1 }),
      candidate(2, { uncertainty: 0.9 }),
      candidate(3, { uncertainty: 0.5 }),
    ],
    NOTHING,
    [2, 3, 1],
  ],
  [
    'unknown is between sure and unsure',
    [
      candidate(1, { uncertainty: null }),
      candidate(2, { uncertainty: 0.9 }),
      candidate(3, { uncertainty: 0.1 }),
    ],
    NOTHING,
    [2, 1, 3],
  ],
  [
    'the rarer class first',
    [
      candidate(1, { guess: 'good' }),
      candidate(2, { guess: 'bad' }),
      candidate(3, { guess: 'new' }),
    ],
    {
      byClass: new Map([
        ['good', 10],
        ['bad', 4],
      ]),
      byGroup: new Map(),
      directions: [],
    },
    [3, 2, 1],
  ],
  [
    'a burst does not fill the queue',
    [
      candidate(1, { uncertainty: 0.9, in: 'burst' }),
      candidate(2, { uncertainty: 0.9, in: 'burst' }),
      candidate(3, { uncertainty: 0.9, in: 'burst' }),
      candidate(4, { uncertainty: 0.2 }),
    ],
    NOTHING,
    [1, 4, 2, 3],
  ],
  [
    'of a burst that has labels already little is to be learnt',
    [candidate(1, { uncertainty: 0.9, in: 'burst' }), candidate(2, { uncertainty: 0.2 })],
    { ...NOTHING, byGroup: new Map([['burst' as Sha256, 1]]) },
    [2, 1],
  ],
  [
    'a random one at every fourth place, the longest waiting first',
    [
      ...[1, 2, 3, 4, 5, 6].map((i) => candidate(i, { uncertainty: 0.9 })),
      candidate(7, { uncertainty: 0, random: true, receivedAt: epochMillis(900) }),
      candidate(8, { uncertainty: 0, random: true, receivedAt: epochMillis(800) }),
    ],
    NOTHING,
    [1, 2, 3, 8, 4, 5, 6, 7],
  ],
  [
    'disputed ones first',
    [candidate(1, { uncertainty: 1 }), candidate(2, { uncertainty: 0, disputed: true })],
    NOTHING,
    [2, 1],
  ],
  [
    'where scores drifted a model is not believed to be sure',
    [
      candidate(1, { uncertainty: 0.6 }),
      candidate(2, { uncertainty: 0, drifted: true }),
      candidate(3, { uncertainty: 0.9 }),
      candidate(4, { uncertainty: 0.5, drifted: true }),
    ],
    NOTHING,
    [3, 4, 2, 1],
  ],
  [
    'look-alikes do not fill the queue, of whatever burst',
    [
      candidate(1, { uncertainty: 0.9, direction: at(0) }),
      candidate(2, { uncertainty: 0.9, direction: at(1) }),
      candidate(3, { uncertainty: 0.9, direction: at(2) }),
      candidate(4, { uncertainty: 0.5, direction: at(90) }),
    ],
    NOTHING,
    [1, 4, 3, 2],
  ],
  [
    'of equals the farthest from all before it',
    [0, 10, 80, 90, 180, 100].map((degrees, i) => candidate(i + 1, { direction: at(degrees) })),
    NOTHING,
    [1, 3, 5, 6, 2, 4],
  ],
  [
    'what looks like a labelled one waits',
    [candidate(1, { direction: at(0) }), candidate(2, { direction: at(90) })],
    { ...NOTHING, directions: [at(1), at(2)] },
    [2, 1],
  ],
  [
    'what another model made of a labelled one says nothing',
    [candidate(1, { direction: at(0) }), candidate(2, { direction: at(90) })],
    { ...NOTHING, directions: [at(1, 'another')] },
    [1, 2],
  ],
  [
    'the least sure goes before the most novel',
    [
      candidate(1, { uncertainty: 0.1, direction: at(90) }),
      candidate(2, { uncertainty: 1, direction: at(30) }),
    ],
    { ...NOTHING, directions: [at(0)] },
    [2, 1],
  ],
  [
    'of identical pictures one is as good as another',
    [1, 2, 3].map((i) => candidate(i, { uncertainty: i / 10, direction: at(5) })),
    NOTHING,
    [3, 2, 1],
  ],
] as const) {
  t.same(order(candidates, labelled as typeof NOTHING), expected, name);
}

t.test('everyone comes once, whatever they are; the order read does not matter', async () => {
  const some = fc.uniqueArray(
    fc.record({
      sample: fc.integer({ min: 1, max: 500 }),
      uncertainty: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      guess: fc.option(fc.constantFrom('good', 'bad')),
      random: fc.boolean(),
      disputed: fc.boolean(),
      drifted: fc.boolean(),
      direction: fc.option(fc.integer({ min: 0, max: 90 }).map((degrees) => at(degrees))),
      receivedAt: fc.integer({ min: 0, max: 9 }).map(epochMillis),
      group: fc.constantFrom('a', 'b', 'c').map((group) => group as Sha256),
    }),
    { selector: ({ sample }) => sample, maxLength: 60 },
  );
  fc.assert(
    fc.property(some, fc.integer({ min: 0, max: 60 }), (candidates, limit) => {
      const ranked = order(candidates, NOTHING, limit);
      return (
        ranked.length === Math.min(limit, candidates.length) &&
        new Set(ranked).size === ranked.length &&
        ranked.join() === order(candidates.toReversed(), NOTHING, limit).join()
      );
    }),
  );
});
