import type { Manifest } from '@edgeloop/protocol';
import { wilsonLower } from '../../statistics/wilson-lower.ts';

/**
 * Of so many test samples so many were right; between `low` and `high` lies the true share, 19
 * times in 20.
 */
export interface TestedShare {
  readonly right: number;
  readonly samples: number;
  readonly low: number;
  readonly high: number;
}

/** How the champion did on the test side of its own dataset. */
export interface ChampionTest {
  readonly overall: TestedShare;
  /**
   * By true class; null where no test sample had it. A class that it does not have is not there.
   */
  readonly classes: ReadonlyMap<string, TestedShare | null>;
}

/** Each side of an interval that holds 19 times in 20. */
const TAIL = 0.025;

/**
 * From its confusion matrix: of INT8 where there is one, since that is what devices run. Null: it
 * was never tested.
 */
export function championTest({ classes, metrics }: Manifest): ChampionTest | null {
  const evaluation = metrics && (metrics.test.int8 ?? Object.values(metrics.test)[0]);
  if (!evaluation) return null;
  const rows = evaluation.confusion.map((row, i) => ({
    right: row[i] ?? 0,
    samples: row.reduce((sum, count) => sum + count, 0),
  }));
  const sum = (of: 'right' | 'samples') => rows.reduce((total, row) => total + row[of], 0);
  return {
    overall: testedShare(sum('right'), sum('samples')),
    classes: new Map(
      classes.map((name, i) => {
        const row = rows[i];
        return [name, row && row.samples > 0 ? testedShare(row.right, row.samples) : null];
      }),
    ),
  };
}

/** Wilson's interval, two-sided. */
export function testedShare(right: number, samples: number): TestedShare {
  const share = samples === 0 ? 0 : right / samples;
  return {
    right,
    samples,
    low: wilsonLower(share, samples, TAIL),
    high: 1 - wilsonLower(1 - share, samples, TAIL),
  };
}
