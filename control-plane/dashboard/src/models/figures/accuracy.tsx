import { percent, plural } from '../../ui/format.ts';
import './accuracy.css';
import type { FormFacts } from './model-facts.ts';

interface AccuracyProps {
  readonly facts: FormFacts | null;
  /** Where the bar begins, from 0 to 1: the same for models that stand side by side. */
  readonly from: number;
}

/** Accuracy on the test side, with what chance leaves open (Wilson, 95 %) as words and as a bar. */
export function Accuracy({ facts, from }: AccuracyProps) {
  if (!facts) return <p class="caption">Its package says nothing of a test.</p>;
  const { accuracy, interval, samples } = facts;
  const place = (share: number) => `${(100 * Math.max(0, share - from)) / (1 - from || 1)}%`;
  return (
    <div class="accuracy">
      <p>
        <span class="accuracy-value">{percent(accuracy)}</span>{' '}
        <span class="caption">
          {interval
            ? `${percent(interval.low)} to ${percent(interval.high)}, on ${plural(samples, 'test sample')}`
            : 'of its test samples'}
        </span>
      </p>
      <div class="accuracy-bar" aria-hidden="true">
        {interval && (
          <span
            class="accuracy-interval"
            style={{
              left: place(interval.low),
              width: `calc(${place(interval.high)} - ${place(interval.low)})`,
            }}
          />
        )}
        <span class="accuracy-mark" style={{ left: place(accuracy) }} />
      </div>
      <p class="accuracy-ends caption" aria-hidden="true">
        <span>{percent(from, 0)}</span>
        <span>{percent(1, 0)}</span>
      </p>
    </div>
  );
}

/** A round share below every interval that is shown, so that the difference is seen. */
export function barBegin(shown: readonly (FormFacts | null)[]): number {
  const lows = shown.flatMap((facts) => (facts ? [facts.interval?.low ?? facts.accuracy] : []));
  if (lows.length === 0) return 0;
  return Math.max(0, Math.floor(10 * Math.min(...lows) - 0.5) / 10);
}
