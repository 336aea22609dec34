import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawSample, encodeJpeg } from '@edgeloop/imaging';
import { mebibytes, parseId } from '@edgeloop/protocol';
import t from 'tap';
import { FittedPictures } from '../../../trainer/src/dataset/fitted-pictures.ts';
import { classFolder, splitAsFrozen } from '../../../trainer/src/dataset/frozen-dataset.ts';
import { readImageFolder, type Sample } from '../../../trainer/src/dataset/image-folder.ts';

const digest = (i: number) => parseId('sha256', i.toString(16).padStart(64, '0'));
const sample = (i: number, label: number) =>
  ({ file: `${label}/${i}`, sha256: digest(i), label }) as Sample;
const SIDES = ['train', 'validation', 'test', 'train'] as const;

function frozen(sides: readonly (typeof SIDES)[number][]) {
  return {
    fingerprint: digest(99),
    classes: ['a', 'b'],
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

t.test(
  'a class of one picture is read where sides are settled, and told by its name',
  async (t) => {
    const folder = t.testdir();
    const pictures = await Promise.all(
      [0, 1, 2].map(async (seed) => encodeJpeg(await drawSample(seed, 'good'), 88)),
    );
    const put = (label: number, some: readonly Uint8Array[]) => {
      mkdirSync(join(folder, classFolder(label)), { recursive: true });
      for (const [i, one] of some.entries()) {
        writeFileSync(join(folder, classFolder(label), `${i}`), one);
      }
    };
    const read = (names: readonly string[] | null) =>
      readImageFolder(
        folder,
        new FittedPictures(32, mebibytes(1)),
        names,
        new AbortController().signal,
      );
    put(0, pictures.slice(0, 2));
    put(1, pictures.slice(2));
    const { classes, samples } = await read(['good', 'rare']);
    t.same(classes, ['good', 'rare']);
    t.same(
      samples.map(({ label }) => label),
      [0, 0, 1],
    );
    await t.rejects(read(null), { code: 'DATASET_CLASS_TOO_SMALL', message: /fewer for 000000, / });
    put(1, pictures.slice(0, 1));
    await t.rejects(read(['good', 'rare']), {
      code: 'DATASET_CONTRADICTORY',
      message: /as good and rare/,
    });
    writeFileSync(join(folder, classFolder(1), '0'), 'no picture');
    await t.rejects(read(['good', 'rare']), {
      code: 'DATASET_ONE_CLASS',
      message: /received one: good\. Label more pictures/,
    });
  },
);
