import { createHash } from 'node:crypto';
import type { Sha256 } from '@edgeloop/protocol';
import t from 'tap';
import {
  type Origin,
  placeSample,
  type Side,
  sideOfGroup,
} from '../../../control-plane/src/samples/side.ts';

const digest = (text: string) => createHash('sha256').update(text).digest('hex') as Sha256;

for (const [origin, expected] of [
  ['random', { train: 0, validation: 0.25, test: 0.75 }],
  ['chosen', { train: 0.85, validation: 0.15, test: 0 }],
  ['imported', { train: 0.7, validation: 0.15, test: 0.15 }],
] as const) {
  t.test(`groups that begin with a ${origin} sample`, async (t) => {
    const counts: Record<Side, number> = { train: 0, validation: 0, test: 0 };
    for (let i = 0; i < 4000; i++) counts[sideOfGroup(digest(`${i}`), origin)] += 1;
    for (const side of ['train', 'validation', 'test'] as const) {
      t.ok(Math.abs(counts[side] / 4000 - expected[side]) < 0.02, `${side}: ${counts[side]}`);
    }
  });
}

t.test('sides stay as they were decided once: they are in databases', async (t) => {
  const sides = (origin: Origin) =>
    Array.from({ length: 8 }, (_, i) => sideOfGroup(digest(`picture ${i}`), origin)).join(' ');
  t.equal(sides('random'), 'test test test test test test test validation');
  t.equal(sides('chosen'), 'validation train train train train train train train');
  t.equal(sides('imported'), 'test train train validation train validation train train');
});

const a = { group: digest('a'), side: 'train' } as const;
const b = { group: digest('b'), side: 'train' } as const;
const c = { group: digest('c'), side: 'test' } as const;
for (const [name, neighbours, expected] of [
  ['one neighbour', [a], { ...a, straddles: false }],
  ['two on one side: the nearest', [b, a], { ...b, straddles: false }],
  ['two on two sides', [a, c], { ...a, straddles: true }],
  [
    'none',
    [],
    { group: digest('new'), side: sideOfGroup(digest('new'), 'random'), straddles: false },
  ],
] as const) {
  t.same(placeSample(digest('new'), 'random', neighbours), expected, name);
}
