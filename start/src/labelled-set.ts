import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawSample, encodeJpeg, SCENE_CLASSES } from '@edgeloop/imaging';

const TELL_EVERY = 10_000;

/**
 * Pictures of the conveyor in a folder for each class; whole, or not there.
 * @param perClass how many of each
 */
export async function drawLabelledSet(
  folder: string,
  perClass: number,
  say: (text: string) => void,
): Promise<void> {
  if (existsSync(folder)) return;
  say(`Drawing ${perClass * SCENE_CLASSES.length} labelled pictures of a conveyor …`);
  const half = `${folder}.half`;
  await rm(half, { recursive: true, force: true });
  let drawn = 0;
  const tell = () => say(`${drawn} of ${perClass * SCENE_CLASSES.length} are drawn …`);
  const telling = setInterval(tell, TELL_EVERY);
  try {
    for (const label of SCENE_CLASSES) {
      await mkdir(join(half, label), { recursive: true });
      const draw = async (seed: number) => {
        const jpeg = await encodeJpeg(await drawSample(seed, label), 90);
        await writeFile(join(half, label, `${String(seed).padStart(4, '0')}.jpg`), jpeg);
        drawn += 1;
      };
      await Promise.all(Array.from({ length: perClass }, (_, seed) => draw(seed)));
    }
  } finally {
    clearInterval(telling);
  }
  await rename(half, folder);
}
