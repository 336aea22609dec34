import type { Side } from '../../samples/side.ts';

/** Names that people give to the sides of a split. */
const SIDE_NAMES: ReadonlyMap<string, Side> = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['val', 'validation'],
  ['valid', 'validation'],
  ['validation', 'validation'],
  ['test', 'test'],
]);

type FilePlace =
  | { readonly class: string; readonly side: Side | null }
  | { readonly skipped: string };

/** How the files of a zip stand: `class/1.jpg`, `pictures/class/1.jpg`, or `train/class/1.jpg`. */
export interface ImageFolderLayout {
  placeOf(path: string): FilePlace;
}

/**
 * Says of each file of an ImageFolder which class and side it is of. A folder named like a side is
 * one where class folders stand below it: a class may be called `train`, too.
 */
export function imageFolderLayout(paths: Iterable<string>): ImageFolderLayout {
  let sided = false;
  for (const path of paths) sided ||= sideAbove(path) !== null;
  return {
    placeOf(path) {
      const name = path.split('/').at(-2);
      if (name === undefined) return { skipped: 'not in the folder of a class' };
      const side = sideAbove(path);
      if (sided && side === null) return { skipped: 'beside the folders of the sides' };
      return { class: name, side };
    },
  };
}

function sideAbove(path: string): Side | null {
  const name = path.split('/').at(-3)?.toLowerCase();
  return name === undefined ? null : (SIDE_NAMES.get(name) ?? null);
}
