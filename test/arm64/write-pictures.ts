import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { drawSample, encodeJpeg, SCENE_CLASSES } from '@edgeloop/imaging';
import sharp, { type Sharp } from 'sharp';
import { realData } from '../stand/real-data.ts';

/** Of each class that the synthetic camera draws. */
const DRAWN = 1;
/** Real photos of each set, where there are any. */
const PHOTOS = 1;
const SETS = ['hymenoptera', 'imagenet-mini40', 'neu-steel'];

/** What decoders treat in other ways than a camera's usual JPEG. */
const KINDS: Readonly<Record<string, (picture: Sharp) => Sharp>> = {
  'progressive.jpg': (picture) => picture.jpeg({ progressive: true, chromaSubsampling: '4:4:4' }),
  'grey.jpg': (picture) => picture.greyscale().jpeg(),
  'turned.jpg': (picture) => picture.withMetadata({ orientation: 6 }).jpeg(),
  'odd.jpg': (picture) => picture.resize(317, 211).jpeg({ quality: 40 }),
  'camera.jpg': (picture) => picture.resize(1640, 1232).jpeg(),
  'alpha.png': (picture) => picture.ensureAlpha(0.6).png(),
  'lossy.webp': (picture) => picture.webp(),
};

/** Pictures as cameras, folders and people bring them. @returns how many */
export async function writePictures(folder: string): Promise<number> {
  await mkdir(folder, { recursive: true });
  for (const label of SCENE_CLASSES) {
    for (let i = 0; i < DRAWN; i++) {
      const jpeg = await encodeJpeg(await drawSample(500 + i, label), 90);
      await writeFile(join(folder, `${label}-${i}.jpg`), jpeg);
    }
  }
  const { data, width, height } = await drawSample(600, 'good');
  for (const [name, encode] of Object.entries(KINDS)) {
    const raw = sharp(data, { raw: { width, height, channels: 3 } });
    await writeFile(join(folder, name), await encode(raw).toBuffer());
  }
  for (const set of SETS.filter((name) => existsSync(realData(name)))) {
    const photos = (await readdir(realData(set), { recursive: true }))
      .filter((path) => /\.(jpe?g|png|webp)$/i.test(path))
      .sort();
    for (const photo of photos.slice(0, PHOTOS)) {
      await copyFile(join(realData(set), photo), join(folder, `${set}-${basename(photo)}`));
    }
  }
  return (await readdir(folder)).length;
}
