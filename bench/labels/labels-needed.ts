/** Held-out accuracy with so many labels. */
export interface CurvePoint {
  readonly labels: number;
  readonly accuracy: number;
}

/**
 * The labels with which a curve first reaches an accuracy, on the straight line between its points;
 * infinite where it never does.
 * @param curve In the order of the labels.
 */
export function labelsNeeded(curve: readonly CurvePoint[], accuracy: number): number {
  const at = curve.findIndex((point) => point.accuracy >= accuracy);
  const [before, after] = [curve[at - 1], curve[at]];
  if (!after) return Number.POSITIVE_INFINITY;
  if (!before) return after.labels;
  const share = (accuracy - before.accuracy) / (after.accuracy - before.accuracy);
  return before.labels + share * (after.labels - before.labels);
}
