import { scattered } from './label-name.ts';
import type { LabelledPicture } from './labelled-folder.ts';

/** Of the groups of a class, one in so many is held out. */
const HELD_OUT_ONE_IN = 4;

export interface LabelSplit {
  readonly train: readonly LabelledPicture[];
  readonly heldOut: readonly LabelledPicture[];
}

/**
 * A quarter of the groups of each class, at least one of two, is kept from the training. The same
 * pictures are split the same way; pictures of one group, which look alike, are on one side.
 */
export function splitLabels(pictures: readonly LabelledPicture[]): LabelSplit {
  const heldOut = new Set<string>();
  const keyOf = ({ label, group }: LabelledPicture) => JSON.stringify([label, group]);
  for (const label of new Set(pictures.map((picture) => picture.label))) {
    const keys = new Set(pictures.filter((picture) => picture.label === label).map(keyOf));
    if (keys.size < 2) continue;
    const order = [...keys].sort((a, b) => (scattered(a) < scattered(b) ? -1 : 1));
    for (let i = 0; i < order.length; i += HELD_OUT_ONE_IN) heldOut.add(order[i] as string);
  }
  return {
    train: pictures.filter((picture) => !heldOut.has(keyOf(picture))),
    heldOut: pictures.filter((picture) => heldOut.has(keyOf(picture))),
  };
}
