import { count, percent, plural } from '../../ui/format.ts';
import { leadInWords, type PairedFigures } from './paired-figures.ts';
import './paired-summary.css';

/** Two models on the same samples: what both get right, what one alone does, and whether that may be chance. */
export function PairedSummary({
  paired,
  own,
  other,
}: {
  paired: PairedFigures;
  /** As the two are called: "candidate", "champion". */
  own: string;
  other: string;
}) {
  const { source, samples, right, otherRight, wins, losses } = paired;
  const both = right - wins;
  const neither = samples - both - wins - losses;
  return (
    <div class="paired">
      <p>
        <span class="strong">{leadInWords(paired)}</span>{' '}
        {`On the same ${plural(samples, 'test sample')} the ${own} is right on ${percent(right / samples)}, the ${other} on ${percent(otherRight / samples)}.`}
      </p>
      <ul class="paired-bar">
        <Part kind="both" name="both right" samples={both} of={samples} />
        <Part kind="own" name={`${own} alone`} samples={wins} of={samples} />
        <Part kind="other" name={`${other} alone`} samples={losses} of={samples} />
        <Part kind="neither" name="neither" samples={neither} of={samples} />
      </ul>
      <p class="caption">
        {source === 'gate'
          ? 'As the gate judged it, on the whole test side of its dataset (McNemar, one-sided, mid-p).'
          : 'On the samples that both were tested on (McNemar, one-sided, mid-p).'}
      </p>
    </div>
  );
}

function Part({
  kind,
  name,
  samples,
  of,
}: {
  kind: string;
  name: string;
  samples: number;
  of: number;
}) {
  return (
    <li class={`paired-part paired-${kind}`} style={{ flexGrow: samples / of }}>
      <span class="caption">
        {name} <span class="strong">{count(samples)}</span>
      </span>
    </li>
  );
}
