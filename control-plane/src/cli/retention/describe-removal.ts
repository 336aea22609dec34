import type { Amount, RetentionPreview } from '../../resources/retention.ts';
import { sizeText } from '../output/cell.ts';

/** What goes, in words; null: nothing does. */
export function describeRemoval({
  detections,
  samples,
  pictures,
}: RetentionPreview): string | null {
  const parts = [
    part(detections, 'detection', 'detections', 'about '),
    part(samples, 'picture without a label', 'pictures without a label'),
    part(pictures, 'thumbnail', 'thumbnails'),
  ].filter((words) => words !== null);
  if (parts.length === 0) return null;
  return `Removed at once, and for good: ${parts.join(', ')}. What is labelled or in a dataset stays.`;
}

function part({ count, bytes }: Amount, one: string, many: string, about = ''): string | null {
  if (count === 0) return null;
  return `${count} ${count === 1 ? one : many} (${about}${sizeText(bytes)})`;
}
