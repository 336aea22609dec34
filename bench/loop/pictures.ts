import { drawSample, encodeJpeg, type Lighting, SCENE_CLASSES } from '@edgeloop/imaging';
import { storedZip } from '../../test/stand/stored-zip.ts';

/** Of each class, in the light that the line has had so far. */
const BEFORE = { train: 40, val: 8, test: 12 };
/** Of each class, in the light that is new: what the gate compares on. */
const NEW_LIGHT_TEST = 14;
const FIRST_OF_FRESH = 900_000;

const draw = async (seed: number, label: (typeof SCENE_CLASSES)[number], light: Lighting) =>
  encodeJpeg(await drawSample(seed, label, light), 90);

/** What was labelled before: in the new light nothing to train on, but a test set. */
export async function labelledBefore(): Promise<Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  let seed = 0;
  const put = async (side: string, light: Lighting, count: number) => {
    for (let i = 0; i < count; i++, seed++) {
      for (const label of SCENE_CLASSES) {
        files[`${side}/${label}/${light}-${seed}.jpg`] = await draw(seed, label, light);
      }
    }
  };
  for (const [side, count] of Object.entries(BEFORE)) await put(side, 'standard', count);
  await put('test', 'dusk', NEW_LIGHT_TEST);
  return storedZip(files);
}

/** Pictures in the new light, each class in turn. */
export function freshPictures(count: number): Promise<{ label: string; jpeg: Uint8Array }[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const label = SCENE_CLASSES[i % SCENE_CLASSES.length] as (typeof SCENE_CLASSES)[number];
      return { label, jpeg: await draw(FIRST_OF_FRESH + i, label, 'dusk') };
    }),
  );
}
