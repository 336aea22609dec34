import { readFile } from 'node:fs/promises';
import { decodeCrop, encodeJpeg } from '@edgeloop/imaging';
import { evaluationCrop } from '@edgeloop/protocol';

/** Pictures as `data:` addresses, by their file. */
export type Thumbnails = ReadonlyMap<string, string>;

/** Pixels of the side: enough to see what it is, few enough for 24 of them in a page. */
const SIDE = 128;
const QUALITY = 80;

/** What the model saw of each picture, small. One that can no longer be read has none. */
export async function readThumbnails(
  pictures: readonly { readonly file: string; readonly path: string }[],
): Promise<Thumbnails> {
  const made = await Promise.all(
    pictures.map(async ({ file, path }) => [file, await thumbnail(path)] as const),
  );
  return new Map(made.filter((one): one is [string, string] => one[1] !== null));
}

async function thumbnail(path: string): Promise<string | null> {
  try {
    const data = await decodeCrop(await readFile(path), evaluationCrop(SIDE));
    const jpeg = await encodeJpeg({ data, width: SIDE, height: SIDE }, QUALITY);
    return `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}`;
  } catch {
    return null;
  }
}
