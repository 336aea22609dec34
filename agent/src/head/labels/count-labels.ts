import type { LabelledPicture } from './labelled-folder.ts';

/** Pictures by class. */
export function countLabels(pictures: readonly LabelledPicture[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { label } of pictures) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Object.fromEntries(counts);
}
