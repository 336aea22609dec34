import { parseId } from '@edgeloop/protocol';
import t from 'tap';
import { splitAsFrozen } from '../../../trainer/src/dataset/frozen-dataset.ts';
import type { Sample } from '../../../trainer/src/dataset/image-folder.ts';

const digest = (i: number) => parseId('sha256', i.toString(16).padStart(64, '0'));
const sample = (i: number, label: number) =>
  ({ file: `${label}/${i}`, sha256: digest(i), label }) as Sample;
const SIDES = ['train', 'validation', 'test', 'train'] as const;

function frozen(sides: readonly (typeof SIDES)[number][]) {
  return {
    ...{ fingerprint: digest(99), classes: ['a', 'b'] },
    sides: new Map(sides.map((side, i) => [digest(i), side])),
  };
}

t.test('a frozen dataset says on which side each picture is', (t) => {
  const samples = [sample(0, 0), sample(1, 0), sample(2, 1), sample(3, 1)];
  const split = splitAsFrozen(samples, frozen(SIDES));
  t.same(split.train, [samples[0], samples[3]]);
  t.same(split.validation, [samples[1]]);
  t.same(split.test, [samples[2]]);
  t.end();
});

t.test('without what training and judging go by, nothing is trained', (t) => {
  const samples = [sample(0, 0), sample(1, 0), sample(2, 1), sample(3, 1)];
  for (const [sides, more, message] of [
    [['train', 'validation', 'test', 'test'], [], /every class to train on, received none of b/],
    [['train', 'train', 'test', 'train'], [], /pictures on the validation side, received none/],
    [['train', 'validation', 'train', 'train'], [], /pictures on the test side, received none/],
    [SIDES, [sample(9, 1)], /received another: 1\/9/],
  ] as const) {
    t.throws(() => splitAsFrozen([...samples, ...more], frozen(sides)), { message });
  }
  t.end();
});
