import { seededRandom } from '@edgeloop/protocol';

/**
 * How a training on a part of the training side did on the test side, which is the same for all.
 */
export interface LearningPoint {
  /** Pictures that were trained on. */
  readonly pictures: number;
  readonly seed: number;
  readonly accuracy: number;
}

/** error ≈ scale · pictures^−exponent + floor. */
interface PowerLaw {
  readonly scale: number;
  readonly exponent: number;
  readonly floor: number;
}

/** A figure with the range that nine of ten resampled curves keep to. */
export interface Estimate {
  readonly likely: number;
  readonly low: number;
  readonly high: number;
}

export interface LearningCurve {
  /**
   * What was trained on each part: the last layer on the features that training began with, or all
   * of the network.
   */
  readonly trained: 'probe' | 'network';
  readonly points: readonly LearningPoint[];
  /** Null where there is too little to fit: fewer than three sizes. */
  readonly law: PowerLaw | null;
  /** Pictures that all of the training side has. */
  readonly pictures: number;
  readonly testPictures: number;
  /** Accuracy at twice the pictures, and what that is above the accuracy at all of them. */
  readonly doubled: { readonly accuracy: Estimate; readonly gain: Estimate } | null;
  /** A round number of more pictures, and what they would gain. */
  readonly more: { readonly pictures: number; readonly gain: Estimate } | null;
  /** Standard error of the mean accuracy at the larger sizes: how trainings of one size differ. */
  readonly scatter: number;
  readonly verdict: 'more helps' | 'enough' | 'too few to tell';
}

/** Slower than 0.05 is no gain that anyone would wait for; faster than 2 is noise. */
const EXPONENTS = Array.from({ length: 40 }, (_, i) => 0.05 * (i + 1));
const RESAMPLED = 200;
/** Sizes at the end of the curve that have to agree. */
const LARGER_SIZES = 3;
/** Gain by twice the labels, in accuracy, below which labelling is not worth it. */
const WORTH_IT = 0.01;

/**
 * Answers "have I labelled enough?": fits a power law to the error over the pictures trained on (as
 * Hestness et al. 2017 found it to go), and carries it on to twice as many. The range comes from
 * resampling the trainings, seeded.
 */
export function fitLearningCurve(
  points: readonly LearningPoint[],
  testPictures: number,
  trained: LearningCurve['trained'],
): LearningCurve {
  const pictures = Math.max(0, ...points.map((point) => point.pictures));
  const given = { trained, points, pictures, testPictures, scatter: scatter(points) };
  const law = fitPowerLaw(points);
  if (!law) return { ...given, law, doubled: null, more: null, verdict: 'too few to tell' };
  const laws = resampledLaws(points);
  const estimate = (of: (law: PowerLaw) => number): Estimate => {
    const sorted = laws.map(of).sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? of(law);
    const likely = of(law);
    return { likely, low: Math.min(likely, at(0.05)), high: Math.max(likely, at(0.95)) };
  };
  const gainBy = (extra: number) =>
    estimate((of) => errorAt(of, pictures) - errorAt(of, pictures + extra));
  const gain = gainBy(pictures);
  const round = 10 ** Math.floor(Math.log10(pictures));
  return {
    ...given,
    law,
    doubled: { accuracy: estimate((of) => 1 - errorAt(of, 2 * pictures)), gain },
    more: { pictures: round, gain: gainBy(round) },
    verdict: judge(gain, 1 / Math.max(1, testPictures), given.scatter),
  };
}

/**
 * A gain is believed when it is above what one picture of the test side makes; "enough" when no
 * gain that is worth it can hide, in the range, in the test side, or in what one training differs
 * from the next.
 * @param grain What one picture of the test side makes.
 */
function judge(
  { likely, low, high }: Estimate,
  grain: number,
  spread: number,
): LearningCurve['verdict'] {
  if (likely >= Math.max(WORTH_IT, grain) && low >= likely / 3) return 'more helps';
  const blur = Math.max(high, grain, 2 * spread);
  return blur < 2 * WORTH_IT ? 'enough' : 'too few to tell';
}

/**
 * Standard error of the mean accuracy at one of the larger sizes: over those, how trainings of one
 * size differ.
 */
function scatter(points: readonly LearningPoint[]): number {
  if (points.length === 0) return 0;
  const sizes = [...bySize(points)].sort(([a], [b]) => b - a).slice(0, LARGER_SIZES);
  const variances = sizes.map(([, some]) => {
    const accuracies = some.map(({ accuracy }) => accuracy);
    const center = mean(accuracies);
    const square = mean(accuracies.map((accuracy) => (accuracy - center) ** 2));
    return square / Math.max(1, some.length - 1);
  });
  return Math.sqrt(mean(variances));
}

const errorAt = ({ scale, exponent, floor }: PowerLaw, pictures: number) =>
  Math.min(1, scale * pictures ** -exponent + floor);

/** Least squares over a grid of exponents; scale and floor are in closed form, neither below 0. */
function fitPowerLaw(points: readonly LearningPoint[]): PowerLaw | null {
  if (new Set(points.map(({ pictures }) => pictures)).size < 3) return null;
  const errors = points.map(({ accuracy }) => 1 - accuracy);
  let best: (PowerLaw & { residual: number }) | null = null;
  for (const exponent of EXPONENTS) {
    const powers = points.map(({ pictures }) => pictures ** -exponent);
    const { scale, floor } = nonNegativeLine(powers, errors);
    const residual = powers.reduce(
      (sum, power, i) => sum + (scale * power + floor - (errors[i] as number)) ** 2,
      0,
    );
    if (!best || residual < best.residual) best = { scale, exponent, floor, residual };
  }
  return best && { scale: best.scale, exponent: best.exponent, floor: best.floor };
}

function nonNegativeLine(xs: readonly number[], ys: readonly number[]) {
  const [x, y] = [mean(xs), mean(ys)];
  const xy = mean(xs.map((value, i) => value * (ys[i] as number)));
  const xx = mean(xs.map((value) => value * value));
  const scale = (xy - x * y) / (xx - x * x);
  const floor = y - scale * x;
  if (scale < 0) return { scale: 0, floor: y };
  return floor < 0 ? { scale: xy / xx, floor: 0 } : { scale, floor };
}

/** Laws of the trainings drawn anew, with replacement, each size for itself. */
function resampledLaws(points: readonly LearningPoint[]): PowerLaw[] {
  const sizes = [...bySize(points).values()];
  const random = seededRandom(1);
  const draw = (some: readonly LearningPoint[]) =>
    some.map(() => some[Math.floor(random.between(0, some.length))] as LearningPoint);
  return Array.from({ length: RESAMPLED }, () => fitPowerLaw(sizes.flatMap(draw))).filter(
    (law) => law !== null,
  );
}

function bySize(points: readonly LearningPoint[]): Map<number, LearningPoint[]> {
  const sizes = new Map<number, LearningPoint[]>();
  for (const point of points) {
    sizes.set(point.pictures, [...(sizes.get(point.pictures) ?? []), point]);
  }
  return sizes;
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
