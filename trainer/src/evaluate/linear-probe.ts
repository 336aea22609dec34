import { setImmediate } from 'node:timers/promises';

/** Features of pictures with what they show. */
export interface LabelledFeatures {
  /** One row a picture, all of one width. */
  readonly embeddings: readonly Float32Array[];
  readonly labels: readonly number[];
}

const STEPS = 150;
/** Weight of the squared weights beside the mean loss, on standardized features. */
const DECAY = 0.01;
/** Rounds that find the greatest curvature near enough, with a margin for what is missing. */
const [CURVATURE_ROUNDS, CURVATURE_MARGIN] = [15, 1.1];

/**
 * Accuracy on `test` of logistic regression on `train`: what frozen features are worth with so many
 * labels. Full batches with Nesterov's momentum, the step from the curvature of the loss: no
 * randomness, nothing to tune.
 */
export async function linearProbe(
  train: LabelledFeatures,
  test: LabelledFeatures,
  classes: number,
  signal: AbortSignal,
): Promise<number> {
  const scale = standardization(train.embeddings);
  const rows = train.embeddings.map(scale);
  const width = rows[0]?.length ?? 0;
  const rate = 1 / (0.5 * curvature(rows, width) + DECAY);
  let weights = new Float64Array(classes * width);
  let ahead = weights;
  for (let step = 1; step <= STEPS; step++) {
    // The caller's event loop stays alive between steps.
    await setImmediate();
    signal.throwIfAborted();
    const slope = gradient(ahead, rows, train.labels, classes);
    const next = ahead.map((weight, i) => weight - rate * (slope[i] as number));
    const momentum = (step - 1) / (step + 2);
    ahead = next.map((weight, i) => weight + momentum * (weight - (weights[i] as number)));
    weights = next;
  }
  const right = test.embeddings.filter((row, i) => {
    const logits = logitsOf(weights, scale(row), classes);
    return logits.indexOf(Math.max(...logits)) === test.labels[i];
  });
  return right.length / Math.max(1, test.embeddings.length);
}

/** Mean 0 and deviation 1 by the training rows, and a 1 behind them for the bias. */
function standardization(rows: readonly Float32Array[]): (row: Float32Array) => Float32Array {
  const width = rows[0]?.length ?? 0;
  const mean = new Float64Array(width);
  const square = new Float64Array(width);
  for (const row of rows) {
    row.forEach((value, i) => {
      mean[i] = (mean[i] as number) + value / rows.length;
      square[i] = (square[i] as number) + (value * value) / rows.length;
    });
  }
  const inverse = square.map((value, i) => {
    const variance = value - (mean[i] as number) ** 2;
    // A feature that never moves says nothing.
    return variance > 1e-12 ? 1 / Math.sqrt(variance) : 0;
  });
  return (row) =>
    Float32Array.from({ length: width + 1 }, (_, i) =>
      i === width ? 1 : ((row[i] as number) - (mean[i] as number)) * (inverse[i] as number),
    );
}

/** Greatest eigenvalue of XᵀX / rows, by power iteration. */
function curvature(rows: readonly Float32Array[], width: number): number {
  let direction = new Float64Array(width).fill(1 / Math.sqrt(width));
  let greatest = 0;
  for (let round = 0; round < CURVATURE_ROUNDS; round++) {
    const image = new Float64Array(width);
    for (const row of rows) addScaled(image, 0, row, dot(direction, 0, row) / rows.length);
    greatest = Math.sqrt(image.reduce((sum, value) => sum + value * value, 0));
    if (greatest === 0) break;
    direction = image.map((value) => value / greatest);
  }
  return CURVATURE_MARGIN * greatest;
}

/** Of the mean cross-entropy and the decay. */
function gradient(
  weights: Float64Array,
  rows: readonly Float32Array[],
  labels: readonly number[],
  classes: number,
): Float64Array {
  const width = weights.length / classes;
  const slope = weights.map((weight) => DECAY * weight);
  rows.forEach((row, i) => {
    const logits = logitsOf(weights, row, classes);
    const highest = Math.max(...logits);
    const powers = logits.map((logit) => Math.exp(logit - highest));
    const total = powers.reduce((sum, power) => sum + power, 0);
    powers.forEach((power, c) => {
      const excess = power / total - (labels[i] === c ? 1 : 0);
      addScaled(slope, c * width, row, excess / rows.length);
    });
  });
  return slope;
}

function logitsOf(weights: Float64Array, row: Float32Array, classes: number): number[] {
  return Array.from({ length: classes }, (_, c) => dot(weights, c * row.length, row));
}

function dot(values: Float64Array, from: number, row: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += (values[from + i] as number) * (row[i] as number);
  return sum;
}

function addScaled(values: Float64Array, from: number, row: Float32Array, factor: number): void {
  for (let i = 0; i < row.length; i++) {
    values[from + i] = (values[from + i] as number) + factor * (row[i] as number);
  }
}
