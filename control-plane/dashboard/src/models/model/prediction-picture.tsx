import type { PredictionView } from '../../../../src/resources/prediction.ts';
import { path } from '../../api/path.ts';
import { shortDigest } from '../../ui/format.ts';
import { Picture } from '../../ui/picture.tsx';

/** A test sample with what was said of it beneath. */
export function PredictionPicture({
  sha256,
  truth,
  picture,
  note,
}: PredictionView & { note: string }) {
  return (
    <figure class="model-picture">
      <Picture
        src={picture ? path`/api/samples/${sha256}/picture` : null}
        alt={`${truth}: sample ${shortDigest(sha256)}`}
        none="its picture is not here"
      />
      <figcaption class="caption">{note}</figcaption>
    </figure>
  );
}
