import { seededRandom } from '@edgeloop/protocol';
import { fQuantile } from '../../../statistics/f-quantile.ts';
import { type MixChange, type MixSum, meanOf, sumOf, without } from './mix-change.ts';

/** How far a group of devices is from what the change of others leads one to expect. */
export type GroupDivergence = (group: MixChange, others: MixChange) => number;

/** Fewer devices show no directions: one is assumed, the most cautious. */
const LEAST_FOR_DIRECTIONS = 10;
/** Groups of untouched devices that are drawn where the wave has more than one. */
const DRAWS = 199;

interface Chance {
  readonly divergence: GroupDivergence;
  /** The changes of devices that nobody touched. */
  readonly control: readonly MixChange[];
  readonly classes: number;
  /** Devices in the wave. */
  readonly size: number;
  readonly alpha: number;
}

/**
 * What a group of so many devices exceeds with the probability `alpha` though nobody touched it:
 * each untouched device, or group of them, is judged as if it were the wave, against the rest. The
 * greater of two bounds holds.
 *
 * By rank: the wave is one more of the untouched if its model changed nothing, so that it is beyond
 * all of n of them once in n + 1 times, however devices are spread; of 99 or more, beyond the (1 −
 * alpha) quantile with probability alpha.
 *
 * By variance: a divergence is about a sum of squares in d directions. The mean of single devices
 * estimates its scale with n·d degrees of freedom, so that the wave's ratio to it is of F with d
 * and n·d. Source: Abadie, Diamond, Hainmueller, "Synthetic control methods", JASA 105, 2010
 * (inference by placebos); Phipson, Smyth, "Permutation p-values should never be zero", 2010 (the
 * rank with one added).
 */
export function chanceDivergence(chance: Chance): number {
  const { control, alpha, size } = chance;
  const all = sumOf(control);
  const single = control.map((one) => chance.divergence(one, restOf(all, one)));
  const mean = single.reduce((sum, value) => sum + value, 0) / control.length;
  const alone = control.length === 1;
  // One device against n − 1 varies as 1 + 1/(n − 1), the wave against n as 1/size + 1/n.
  const scale = (1 / size + 1 / control.length) / (alone ? 1 : 1 + 1 / (control.length - 1));
  const freedom = directions(single, mean, chance.classes);
  const byVariance = mean * scale * fQuantile(alpha, freedom, control.length * freedom);
  return Math.max(byVariance, upperQuantile(placebos(chance, all, single), alpha));
}

/**
 * In how many directions devices stray: a sum of squares in d of them has a variance of 2/d of its
 * squared mean. One, where a few stray far and most do not; at most as many as a mix has. Source:
 * Satterthwaite, Biometrics Bulletin 2(6), 1946.
 */
function directions(single: readonly number[], mean: number, classes: number): number {
  const most = Math.max(1, classes - 1);
  if (single.length < LEAST_FOR_DIRECTIONS || mean === 0) return 1;
  const variance =
    single.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (single.length - 1);
  return variance === 0 ? most : Math.min(most, Math.max(1, (2 * mean ** 2) / variance));
}

/**
 * Of groups as large as the wave, or as half of the untouched: the smaller the group, the further
 * it strays.
 */
function placebos(
  { divergence, control, size }: Chance,
  all: MixSum,
  single: readonly number[],
): number[] {
  const group = Math.min(size, Math.floor(control.length / 2));
  if (group < 2) return [...single];
  const random = seededRandom(control.length, size);
  // One draw begins where the one before ended: any order is as good.
  const order = [...control];
  return Array.from({ length: DRAWS }, () => {
    for (let i = 0; i < group; i++) {
      const other = i + Math.floor(random.next() * (order.length - i));
      [order[i], order[other]] = [order[other] as MixChange, order[i] as MixChange];
    }
    const drawn = sumOf(order.slice(0, group));
    return divergence(meanOf(drawn), meanOf(without(all, drawn)));
  });
}

/** The least that at most alpha·(n + 1) of n + 1 reach: the greatest, where there are too few. */
function upperQuantile(values: readonly number[], alpha: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.ceil((1 - alpha) * (values.length + 1));
  return sorted[Math.min(rank, values.length) - 1] as number;
}

/**
 * Without others, as if nothing had changed for them: what changed for all is taken for spread
 * then.
 */
function restOf(all: MixSum, one: MixChange): MixChange {
  if (all.devices > 1) return meanOf(without(all, { devices: 1, ...one }));
  return { before: one.before, after: one.before };
}
