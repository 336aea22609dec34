import type { Evaluation } from '@edgeloop/protocol';

/** What a model made of one sample. */
export interface Prediction {
  readonly label: number;
  readonly predicted: number;
  /** Softmax, in the order of the classes. */
  readonly scores: readonly number[];
}

/**
 * Accuracy, confusion (rows: truth), precision and recall by class. A class that was never
 * predicted has precision 0.
 */
export function summarize(
  predictions: readonly Omit<Prediction, 'scores'>[],
  classes: readonly string[],
): Evaluation {
  const confusion = classes.map(() => classes.map(() => 0));
  for (const { label, predicted } of predictions) {
    const row = confusion[label] as number[];
    row[predicted] = (row[predicted] as number) + 1;
  }
  const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  const perClass = classes.map((name, i) => {
    const right = confusion[i]?.[i] as number;
    const samples = (confusion[i] as number[]).reduce((sum, n) => sum + n, 0);
    const predicted = confusion.reduce((sum, row) => sum + (row[i] as number), 0);
    return [name, { precision: ratio(right, predicted), recall: ratio(right, samples), samples }];
  });
  const right = predictions.filter(({ label, predicted }) => label === predicted).length;
  return {
    accuracy: ratio(right, predictions.length),
    confusion,
    perClass: Object.fromEntries(perClass),
  };
}
