import { softmax } from '@edgeloop/onnx';
import { counted } from '@edgeloop/protocol/counted';
import { leader } from '../../decide/leader.ts';

/** One picture with what both heads make of it. */
export interface Compared {
  /** Class index; of a golden case what the model's own head says. */
  readonly truth: number;
  /** Logits. */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

export interface HeadFigures {
  readonly pictures: number;
  readonly right: number;
  readonly rightBefore: number;
  /** Mean cross-entropy. */
  readonly loss: number;
  readonly lossBefore: number;
}

export type HeadVerdict = { readonly figures: HeadFigures } & (
  | { readonly taken: true }
  | { readonly taken: false; readonly why: string }
);

/** Of the score of a golden case's class: what a head that is tuned may take from it. */
const GOLDEN_LOSS = 0.25;

/**
 * A tuned head is taken where, on pictures that it was not fitted on, it is right at least as often
 * as the model's own and surer of what is right; and where each golden case, a picture that the
 * model was proven on, keeps its class and three quarters of the score's range. What is no number
 * passes nothing.
 */
export function judgeHead(heldOut: readonly Compared[], golden: readonly Compared[]): HeadVerdict {
  const figures = {
    pictures: heldOut.length,
    right: heldOut.filter(({ truth, after }) => leader(after) === truth).length,
    rightBefore: heldOut.filter(({ truth, before }) => leader(before) === truth).length,
    loss: meanLoss(heldOut.map(({ truth, after }) => ({ truth, logits: after }))),
    lossBefore: meanLoss(heldOut.map(({ truth, before }) => ({ truth, logits: before }))),
  };
  const refuse = (why: string) => ({ figures, taken: false as const, why });
  const told = `of ${counted(figures.pictures, 'held-out picture')} ${counted(figures.right, 'is', 'are')} right, ${figures.rightBefore} by the model's own head`;
  if (!(figures.right >= figures.rightBefore)) return refuse(`${told}: it is worse`);
  if (!(figures.loss < figures.lossBefore)) return refuse(`${told}, and it is no surer of them`);
  const harmed = findHarmed(golden);
  if (harmed === null) return { figures, taken: true };
  return refuse(
    `${told}, but it no longer tells golden case ${harmed} of the model as it should: label some of each class, also such as it tells well`,
  );
}

/** The first golden case that the tuned head tells worse than it may; null: none. */
export function findHarmed(golden: readonly Compared[]): number | null {
  const harmed = golden.findIndex(({ truth, before, after }) => {
    const lost = (softmax(before)[truth] as number) - (softmax(after)[truth] as number);
    return leader(after) !== truth || !(lost <= GOLDEN_LOSS);
  });
  return harmed < 0 ? null : harmed;
}

function meanLoss(rows: readonly { truth: number; logits: readonly number[] }[]): number {
  const losses = rows.map(({ truth, logits }) => -Math.log(softmax(logits)[truth] ?? Number.NaN));
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}
