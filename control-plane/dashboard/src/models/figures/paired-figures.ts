import type { ModelDetails } from '../../../../src/resources/model.ts';
import type { ModelComparison } from '../../../../src/resources/prediction.ts';

interface PairedClass {
  readonly name: string;
  readonly samples: number;
  readonly right: number;
  readonly otherRight: number;
}

/** Two models on the same test samples. */
export interface PairedFigures {
  /**
   * gate: on the whole test side of the newer one, when it was judged; common: on what both were
   * tested on.
   */
  readonly source: 'gate' | 'common';
  readonly samples: number;
  readonly right: number;
  readonly otherRight: number;
  readonly wins: number;
  readonly losses: number;
  readonly p: number | null;
  /** In the order of the classes of the task. */
  readonly classes: readonly PairedClass[];
}

/**
 * The gate's figures where it judged the model against this very other one: they are of more
 * samples. Else those of the samples that both were tested on; null: there are none.
 */
export function pairedFigures(
  { gate }: Pick<ModelDetails, 'gate'>,
  other: string,
  common: ModelComparison | undefined,
  classes: readonly string[],
): PairedFigures | null {
  const inOrder = <Row extends { readonly name: string }>(rows: readonly Row[]) =>
    rows.toSorted((a, b) => classes.indexOf(a.name) - classes.indexOf(b.name));
  const judged = gate?.verdict.figures;
  if (judged?.comparison?.package === other) {
    const { championRight, ...counts } = judged.comparison;
    return {
      source: 'gate',
      ...counts,
      otherRight: championRight,
      classes: inOrder(
        Object.entries(judged.classes).flatMap(([name, { samples, int8Right, championRight }]) =>
          championRight === null
            ? []
            : [{ name, samples, right: int8Right, otherRight: championRight }],
        ),
      ),
    };
  }
  if (!common || common.samples === 0) return null;
  const rows = Object.entries(common.classes).map(([name, counts]) => ({ name, ...counts }));
  return { ...common, source: 'common', classes: inOrder(rows) };
}

/** What the paired test says, in words. @param own as the first is called: "candidate" */
export function leadInWords(
  { right, otherRight, wins, losses, p }: PairedFigures,
  own: string,
): string {
  if (wins + losses === 0) return 'They are right on the same samples.';
  if (right === otherRight) return 'They are right on as many.';
  const chance = p === null ? 1 : right > otherRight ? p : 1 - p;
  const who = `The ${own} is ${right > otherRight ? 'ahead' : 'behind'}`;
  if (chance < 0.001) return `${who}, hardly by chance (p < 0.001).`;
  if (chance <= 0.05) return `${who}, hardly by chance (p = ${chance.toFixed(3)}).`;
  return `${who}, but that may be chance (p = ${chance.toFixed(2)}).`;
}
