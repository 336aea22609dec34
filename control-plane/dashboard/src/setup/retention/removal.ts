import type { RetentionPreview } from '../../../../src/resources/retention.ts';
import { bytes, plural } from '../../ui/format.ts';

/** What goes, a line each; none: nothing does. */
export function removalOf({ detections, samples, pictures }: RetentionPreview): string[] {
  const lines = [
    [detections, 'detection', 'detections', 'about '],
    [samples, 'picture without a label', 'pictures without a label', ''],
    [pictures, 'thumbnail', 'thumbnails', ''],
  ] as const;
  return lines.flatMap(([{ count, bytes: size }, one, many, about]) =>
    count === 0 ? [] : `${plural(count, one, many)}, ${about}${bytes(size)}`,
  );
}
