import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawSample, encodeJpeg } from '@edgeloop/imaging';
import { bytes } from '@edgeloop/protocol';
import t from 'tap';
import { FittedPictures } from '../../../trainer/src/dataset/fitted-pictures.ts';

const root = await mkdtemp(join(tmpdir(), 'edgeloop-pictures-'));
t.teardown(() => rm(root, { recursive: true }));

t.test(
  'beyond the bound pictures are decoded again from their files, to the same pixels',
  async (t) => {
    const pictures = await Promise.all(
      [0, 1].map(async (seed) => {
        const path = join(root, `${seed}.jpg`);
        const jpeg = await encodeJpeg(await drawSample(seed, 'good'), 88);
        await writeFile(path, jpeg);
        return { path, jpeg };
      }),
    );
    const fitAll = async (memory: number) => {
      const fitted = new FittedPictures(48, bytes(memory));
      const all = [];
      for (const { path, jpeg } of pictures) all.push(await fitted.fit(path, jpeg));
      return all;
    };
    const kept = await fitAll(1e9);
    const [first, second] = kept;
    const one = (first?.width ?? 0) * (first?.height ?? 0) * 3;
    const bounded = await fitAll(one);
    for (const [i, picture] of bounded.entries()) {
      t.same(await picture.pixels(), await kept[i]?.pixels());
    }
    t.equal(await bounded[0]?.pixels(), await bounded[0]?.pixels(), 'the first was kept');
    t.not(await bounded[1]?.pixels(), await bounded[1]?.pixels(), 'the second was not');

    await writeFile(join(root, '1.jpg'), 'no picture');
    const expected = { code: 'DATASET_CHANGED', message: /Expected .*1\.jpg as it was/ };
    await t.rejects(bounded[1]?.pixels() as Promise<unknown>, expected);
    await rm(join(root, '1.jpg'));
    await t.rejects(bounded[1]?.pixels() as Promise<unknown>, expected);
    t.ok(await second?.pixels());
  },
);
