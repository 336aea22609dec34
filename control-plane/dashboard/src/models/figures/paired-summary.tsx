import { count, percent, plural } from '../../ui/format.ts';
import { leadInWords, type PairedFigures } from './paired-figures.ts';
import './paired-summary.css';

/**
 * Two models on the same samples: what both get right, what one alone does, and whether that may be
 * chance.
 */
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
  const parts = [
    { kind: 'both', name: 'both right', samples: both },
    { kind: 'own', name: `${own} alone`, samples: wins },
    { kind: 'other', name: `${other} alone`, samples: losses },
    { kind: 'neither', name: 'neither', samples: samples - both - wins - losses },
  ];
  return (
    <div class="paired">
      <p>
        <span class="strong">{leadInWords(paired, own)}</span>{' '}
        {`On the same ${plural(samples, 'test sample')} the ${own} is right on ${percent(right / samples)}, the ${other} on ${percent(otherRight / samples)}.`}
      </p>
      <div class="paired-bar" aria-hidden="true">
        {parts.map(({ kind, samples: some }) => (
          <span key={kind} class={`paired-${kind}`} style={{ flexGrow: some }} />
        ))}
      </div>
      <ul class="paired-words">
        {parts.map(({ kind, name, samples: some }) => (
          <li key={kind}>
            <span class={`paired-mark paired-${kind}`} aria-hidden="true" /> {name}{' '}
            <span class="strong">{count(some)}</span>
          </li>
        ))}
      </ul>
      <p class="caption">
        {source === 'gate'
          ? 'As the gate judged it, on the whole test side of its dataset (McNemar, one-sided, mid-p).'
          : 'On the samples that both were tested on (McNemar, one-sided, mid-p).'}
      </p>
    </div>
  );
}
