import type { Difference, ModelComparison } from '../../../../src/resources/prediction.ts';
import { percent, plural } from '../../ui/format.ts';
import { PredictionPicture } from './prediction-picture.tsx';

/** The test samples that only one of two models is right on, as pictures. */
export function Differences({ samples, wins, losses, won, lost }: ModelComparison) {
  if (wins + losses === 0) return null;
  return (
    <div class="model-differences">
      <p class="caption">{`Of the ${plural(samples, 'sample')} that both packages were tested on:`}</p>
      <Side
        title={`It alone is right on ${plural(wins, 'sample')}`}
        all={wins}
        shown={won}
        note={({ truth, other }) => `${truth}; the other said ${called(other)}`}
      />
      <Side
        title={`The other alone is right on ${plural(losses, 'sample')}`}
        all={losses}
        shown={lost}
        note={({ truth, ...own }) => `${truth}; it said ${called(own)}`}
      />
    </div>
  );
}

const called = ({ predicted, score }: Pick<Difference, 'predicted' | 'score'>) =>
  `${predicted} ${percent(score, 0)}`;

function Side({
  title,
  all,
  shown,
  note,
}: {
  title: string;
  all: number;
  shown: readonly Difference[];
  note: (difference: Difference) => string;
}) {
  if (all === 0) return null;
  return (
    <details>
      <summary>{title}</summary>
      {shown.length < all && <p class="caption">The first {shown.length}.</p>}
      <ul class="model-pictures">
        {shown.map((difference) => (
          <li key={difference.sha256}>
            <PredictionPicture {...difference} note={note(difference)} />
          </li>
        ))}
      </ul>
    </details>
  );
}
