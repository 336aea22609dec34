import { readdir } from 'node:fs/promises';
import { counted } from '@edgeloop/protocol/counted';
import { AgentError } from '../errors.ts';

const PICTURE = /\.(?:jpe?g|png|webp)$/i;

/**
 * The pictures of a folder and its subfolders, sorted by path.
 * @throws AgentError `SOURCE_FAILED` also where there is none
 */
export async function listPictures(path: string): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(path, { recursive: true });
  } catch (cause) {
    throw new AgentError(
      'SOURCE_FAILED',
      `Expected a folder of pictures in ${path}: ${(cause as Error).message}`,
      { cause },
    );
  }
  const pictures = names.filter((name) => PICTURE.test(name)).sort();
  if (pictures.length === 0) {
    throw new AgentError(
      'SOURCE_FAILED',
      `Expected JPEG, PNG or WebP pictures in ${path}, received none among ${counted(names.length, 'file')}.`,
    );
  }
  return pictures;
}
