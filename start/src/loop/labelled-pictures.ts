import { buffer } from 'node:stream/consumers';
import { drawSample, encodeJpeg, type Lighting, SCENE_CLASSES } from '@edgeloop/imaging';
import { ZipFile } from 'yazl';

/**
 * Pictures of each class and light. The test side is large enough that half a dozen better answers
 * are no chance.
 */
const SIDES = { train: 30, val: 6, test: 20 };
const LIGHTS: readonly Lighting[] = ['standard', 'dusk'];
/** Other pictures than those that the starter model was trained on. */
const FIRST_SEED = 10_000;

/**
 * What people would have labelled of the cameras' pictures by now, in the light of all three: a zip
 * of `side/class/light-seed.jpg`.
 */
export async function labelledPictures(): Promise<Uint8Array> {
  const zip = new ZipFile();
  // One time for all, so that the same pictures are the same bytes.
  const mtime = new Date(0);
  let seed = FIRST_SEED;
  for (const [side, count] of Object.entries(SIDES)) {
    for (const light of LIGHTS) {
      const seeds = Array.from({ length: count }, (_, i) => seed + i);
      seed += count;
      for (const label of SCENE_CLASSES) {
        for (const one of seeds) {
          const jpeg = await encodeJpeg(await drawSample(one, label, light), 90);
          const path = `${side}/${label}/${light}-${one}.jpg`;
          zip.addBuffer(Buffer.from(jpeg), path, { mtime, compress: false });
        }
      }
    }
  }
  zip.end();
  return buffer(zip.outputStream);
}
