import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawSample, encodeJpeg } from '@edgeloop/imaging';
import t from 'tap';
import { trainer } from '../stand/trainer/trainer.ts';

t.test('fit --engine tfjs says what it trains on, and its package tells', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'edgeloop-trainer-'));
  t.teardown(() => rm(root, { recursive: true }));
  for (const label of ['empty', 'good'] as const) {
    await mkdir(join(root, 'set', label), { recursive: true });
    for (let i = 0; i < 3; i++) {
      const jpeg = await encodeJpeg(await drawSample(i, label), 88);
      await writeFile(join(root, 'set', label, `${i}.jpg`), jpeg);
    }
  }
  const out = join(root, 'package');
  const short = [
    '--size',
    '32',
    '--epochs',
    '1',
    '--batch',
    '4',
    '--frozen-stages',
    '5',
    '--no-learning-curve',
  ];
  const fit = await trainer('fit', join(root, 'set'), '--out', out, '--engine', 'tfjs', ...short);
  t.equal(fit.status, 0, fit.err);
  t.match(fit.err, /Training on TensorFlow\.js \d+\.\d+\.\d+, @tensorflow\/tfjs-/);
  t.match(fit.err, /Epoch 1\/1 {2}loss \d/);
  const { lineage } = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'));
  t.equal(lineage.recipe.engine, 'tfjs');
});
