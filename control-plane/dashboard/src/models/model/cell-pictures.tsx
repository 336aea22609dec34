import { useEffect, useRef, useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import type { PredictionPage } from '../../../../src/resources/prediction.ts';
import { path, withQuery } from '../../api/path.ts';
import { useResource } from '../../api/use-resource.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { percent, plural } from '../../ui/format.ts';
import { PredictionPicture } from './prediction-picture.tsx';

interface CellPicturesProps {
  readonly digest: string;
  readonly truth: string;
  readonly predicted: string;
  /** Where the page is without a chosen cell. */
  readonly closeHref: string;
}

const FIRST = 24;
const MOST = 500;

/**
 * The samples of one cell of the confusion matrix, those first that the model was most certain of.
 */
export function CellPictures({ digest, truth, predicted, closeHref }: CellPicturesProps) {
  const [limit, setLimit] = useState(FIRST);
  const { value, problem, reload } = useResource<PredictionPage>(
    withQuery(path`/api/models/${digest}/predictions`, { truth, predicted, limit }),
  );
  const right = truth === predicted;
  const place = useRef<HTMLDivElement>(null);
  const known = value !== undefined;
  // Who comes by a link from elsewhere comes for these pictures.
  useEffect(() => {
    if (known) place.current?.scrollIntoView({ block: 'nearest' });
  }, [known]);
  return (
    <div ref={place} class="model-cell" aria-live="polite">
      <div class="model-cell-header">
        <h3>{right ? `${truth}, called so` : `${truth}, called ${predicted}`}</h3>
        <Link href={closeHref} class="button button-quiet">
          Close
        </Link>
      </div>
      {problem && <ErrorNote what="The samples were not read." error={problem} retry={reload} />}
      {value && (
        <p class="caption">
          {plural(value.total, 'test sample')}, the most certain first.
          {!right && ' A mistake that the model is sure of is often a wrong label.'}
        </p>
      )}
      <ul class="model-pictures">
        {value?.predictions.map((prediction) => (
          <li key={prediction.sha256}>
            <PredictionPicture
              {...prediction}
              note={`${prediction.predicted} ${percent(prediction.score, 0)}`}
            />
          </li>
        ))}
      </ul>
      {value?.next && limit < MOST && (
        <Button onClick={() => setLimit(Math.min(MOST, 4 * limit))}>
          Show more of {value.total}
        </Button>
      )}
    </div>
  );
}
