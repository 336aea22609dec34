import { seededRandom } from '@edgeloop/protocol';
import { fQuantile } from '../../../statistics/f-quantile.ts';
import { type MixChange, meanChange } from './mix-change.ts';

/** How far a group of devices is from what the change of others leads one to expect. */
export type GroupDivergence = (group: MixChange, others: MixChange) => number;

/** Groups of untouched devices that are drawn where the wave has more than one. */
const DRAWS = 199;

interface Chance {
  readonly divergence: GroupDivergence;
  /** Of devices that nobody touched. */
  readonly control: readonly MixChange[];
  /** Devices in the wave. */
  readonly size: number;
  readonly alpha: number;
}

/**
 * What a group of so many devices exceeds with the probability `alpha` though nobody touched it: each untouched device, or group
 * of them, is judged as if it were the wave, against the rest. The greater of two bounds holds.
 *
 * By rank: the wave is one more of the untouched if its model changed nothing, so that it is beyond all of n of them once in
 * n + 1 times, however devices are spread; of 99 or more, beyond the (1 − alpha) quantile with probability alpha.
 *
 * By variance: the mean divergence of single devices is a variance with n degrees of freedom; the wave's is its ratio to that, of
 * F with 1 and n. One degree for the wave: a device's mix mostly moves in one direction, busier or less so.
 * Source: Abadie, Diamond, Hainmueller, "Synthetic control methods", JASA 105, 2010 (inference by placebos);
 * Phipson, Smyth, "Permutation p-values should never be zero", 2010 (the rank with one added).
 */
export function chanceDivergence(chance: Chance): number {
  const { control, alpha, size } = chance;
  const single = control.map((one, i) => chance.divergence(one, restOf(control, i)));
  const mean = single.reduce((sum, value) => sum + value, 0) / control.length;
  const alone = control.length === 1;
  // One device against n − 1 varies as 1 + 1/(n − 1), the wave against n as 1/size + 1/n.
  const scale = (1 / size + 1 / control.length) / (alone ? 1 : 1 + 1 / (control.length - 1));
  const byVariance = mean * scale * fQuantile(alpha, 1, control.length);
  return Math.max(byVariance, upperQuantile(placebos(chance, single), alpha));
}

/** Of groups as large as the wave, or as half of the untouched: the smaller the group, the further it strays. */
function placebos({ divergence, control, size }: Chance, single: readonly number[]): number[] {
  const group = Math.min(size, Math.floor(control.length / 2));
  if (group < 2) return [...single];
  const random = seededRandom(control.length, size);
  return Array.from({ length: DRAWS }, () => {
    const order = [...control];
    for (let i = 0; i < group; i++) {
      const other = i + Math.floor(random.next() * (order.length - i));
      [order[i], order[other]] = [order[other] as MixChange, order[i] as MixChange];
    }
    return divergence(meanChange(order.slice(0, group)), meanChange(order.slice(group)));
  });
}

/** The least that at most alpha·(n + 1) of n + 1 reach: the greatest, where there are too few. */
function upperQuantile(values: readonly number[], alpha: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.ceil((1 - alpha) * (values.length + 1));
  return sorted[Math.min(rank, values.length) - 1] as number;
}

/** Without others, as if nothing had changed for them: what changed for all is taken for spread then. */
function restOf(control: readonly MixChange[], i: number): MixChange {
  const rest = control.filter((_, other) => other !== i);
  if (rest.length > 0) return meanChange(rest);
  const still = (control[i] as MixChange).before;
  return { before: still, after: still };
}
