import { softmax } from '@edgeloop/onnx';
import type { Calibration } from '@edgeloop/protocol';

/** What a model made of a sample, before the softmax. */
export interface Judged {
  readonly label: number;
  readonly predicted: number;
  readonly logits: readonly number[];
}

/** A bar of the reliability diagram: predictions whose score fell into (`from`, `to`]. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean score of the predicted class; 0 for none. */
  readonly confidence: number;
  /** Share that was right; 0 for none. */
  readonly accuracy: number;
}

/** As in Guo et al. 2017, "On Calibration of Modern Neural Networks". */
const BINS = 15;
/** Below, a temperature says more about the sample than about the model. */
const FEWEST_PICTURES = 20;
/** Beyond these the least loss lies where a network should not be used at all. */
const TEMPERATURES = [0.05, 20] as const;
/** Halvings of the search: the interval ends up narrower than a float's resolution. */
const HALVINGS = 60;

/** Scores of the predicted classes against how often they were right, in bins of equal width. */
export function reliability(judged: readonly Judged[], temperature = 1): ReliabilityBin[] {
  const sums = Array.from({ length: BINS }, () => ({ count: 0, score: 0, right: 0 }));
  for (const { label, predicted, logits } of judged) {
    const score = scoresAt(logits, temperature)[predicted] ?? 0;
    const bin = sums[Math.max(0, Math.ceil(score * BINS) - 1)] ?? sums[BINS - 1];
    if (!bin) continue;
    bin.count += 1;
    bin.score += score;
    bin.right += label === predicted ? 1 : 0;
  }
  return sums.map(({ count, score, right }, i) => ({
    from: i / BINS,
    to: (i + 1) / BINS,
    count,
    confidence: count && score / count,
    accuracy: count && right / count,
  }));
}

/**
 * Expected calibration error: mean distance of score and accuracy over the bins, weighted by their
 * counts. 0…1.
 */
export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number {
  const all = bins.reduce((sum, { count }) => sum + count, 0);
  const gaps = bins.map((bin) => bin.count * Math.abs(bin.accuracy - bin.confidence));
  return all === 0 ? 0 : gaps.reduce((sum, gap) => sum + gap, 0) / all;
}

/** Mean −log of the score of the true class. */
export function negativeLogLikelihood(
  judged: readonly Pick<Judged, 'label' | 'logits'>[],
  temperature = 1,
): number {
  const losses = judged.map(({ label, logits }) => {
    const scaled = logits.map((logit) => logit / temperature);
    const highest = Math.max(...scaled);
    const total = scaled.reduce((sum, value) => sum + Math.exp(value - highest), 0);
    return highest + Math.log(total) - (scaled[label] as number);
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / Math.max(1, losses.length);
}

/**
 * The temperature that logits are divided by for the least loss on samples that the model was not
 * trained on. The loss is convex in 1/T, so that its slope changes sign once. 1 where there are
 * fewer than 20 samples, or where the loss has no minimum within 0.05…20: all were right by far, or
 * the scores say nothing.
 */
export function fitTemperature(judged: readonly Judged[]): number {
  if (judged.length < FEWEST_PICTURES) return 1;
  let [low, high] = TEMPERATURES.map(Math.log) as [number, number];
  if (slope(judged, Math.exp(low)) >= 0 || slope(judged, Math.exp(high)) <= 0) return 1;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (slope(judged, Math.exp(middle)) < 0) low = middle;
    else high = middle;
  }
  return Number(Math.exp((low + high) / 2).toPrecision(6));
}

/**
 * What the package carries: the temperature from the validation side, what it does on the test
 * side.
 */
export function calibrate(validation: readonly Judged[], test: readonly Judged[]): Calibration {
  const temperature = fitTemperature(validation);
  const error = (at: number) => expectedCalibrationError(reliability(test, at));
  return {
    temperature,
    samples: validation.length,
    ece: { before: error(1), after: error(temperature) },
  };
}

const scoresAt = (logits: readonly number[], temperature: number) =>
  softmax(logits.map((logit) => logit / temperature));

/**
 * Sign of the loss's derivative by the temperature: what the scores expect of the logit, less what
 * the true class has.
 */
function slope(judged: readonly Judged[], temperature: number): number {
  const excess = judged.map(({ label, logits }) => {
    const scores = scoresAt(logits, temperature);
    const expected = scores.reduce((sum, score, i) => sum + score * (logits[i] as number), 0);
    return (logits[label] as number) - expected;
  });
  return excess.reduce((sum, value) => sum + value, 0);
}
