import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawSample, encodeJpeg } from '@edgeloop/imaging';
import { evaluationCrop, mebibytes } from '@edgeloop/protocol';
import t from 'tap';
import { FittedPictures } from '../../../trainer/src/dataset/fitted-pictures.ts';
import { readImageFolder } from '../../../trainer/src/dataset/image-folder.ts';
import { readPictureFolder } from '../../../trainer/src/dataset/picture-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'edgeloop-linked-'));
t.teardown(() => rmSync(root, { recursive: true }));
const { signal } = new AbortController();

/** Pictures as DVC and git-annex keep them: in a store, and links to them in the folder. */
const folder = join(root, 'set');
const store = join(root, 'store');
for (const path of ['set/.git', 'set/good/more', 'store/scratch', 'elsewhere']) {
  mkdirSync(join(root, path), { recursive: true });
}
for (let i = 0; i < 8; i++) {
  writeFileSync(join(store, `${i}`), await encodeJpeg(await drawSample(i, 'good'), 88));
}
symlinkSync(join(store, 'scratch'), join(folder, 'scratch'));
for (let i = 0; i < 6; i++) {
  symlinkSync(join(store, `${i}`), join(folder, i < 3 ? 'good' : 'scratch', `${i}.jpg`));
}
symlinkSync(join(store, '6'), join(folder, 'good', 'more', '6.jpg'));
symlinkSync(join(store, '7'), join(folder, 'good', '.hidden.jpg'));
symlinkSync(join(store, '7'), join(folder, '.git', '7.jpg'));
symlinkSync(join(store, 'not fetched'), join(folder, 'good', 'lost.jpg'));
symlinkSync(join(root, 'elsewhere'), join(folder, 'good', 'linked'));
execFileSync('mkfifo', [join(folder, 'good', 'pipe')]);

t.test('classes and pictures may be links; what is none is named, and nothing hangs', async (t) => {
  const pictures = new FittedPictures(32, mebibytes(8));
  const { classes, samples, skipped } = await readImageFolder(folder, pictures, null, signal);
  t.same(classes, ['good', 'scratch']);
  t.same(
    samples.map(({ file }) => file),
    [0, 1, 2, 3, 4, 5].map((i) => `${i < 3 ? 'good' : 'scratch'}/${i}.jpg`),
  );
  const reasons = Object.fromEntries(skipped.map(({ file, reason }) => [file, reason]));
  t.match(reasons, {
    'good/linked': /received a folder/,
    'good/lost.jpg': /received a link that leads to none/,
    'good/more': /received a folder\. Put its pictures/,
    'good/pipe': /no file/,
  });
  t.equal(skipped.length, 4, 'what is hidden is left alone');
});

t.test('to quantize, links are followed to pictures, and folders where they are', async (t) => {
  const { pictures, skipped } = await readPictureFolder(folder, evaluationCrop(32), 99, signal);
  t.same(
    pictures.map(({ file }) => file),
    ['good/0.jpg', 'good/1.jpg', 'good/2.jpg', 'good/more/6.jpg'],
  );
  t.same(skipped, ['good/linked', 'good/lost.jpg', 'good/pipe', 'scratch']);
});
