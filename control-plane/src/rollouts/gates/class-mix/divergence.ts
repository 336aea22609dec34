import type { ClassMixGate } from '../gate-settings.ts';

/** How far two mixes are apart. Both are above 0 everywhere, and sum up to 1. */
export const DIVERGENCES: Readonly<
  Record<ClassMixGate['measure'], (p: readonly number[], q: readonly number[]) => number>
> = {
  /** Σ (p − q)·ln(p / q): the population stability index, Jeffreys' divergence. */
  psi: (p, q) => sum(p, (a, i) => (a - at(q, i)) * Math.log(a / at(q, i))),
  /**
   * The mean divergence of each from their mean, in bits: from 0 to 1. Source: Lin, IEEE Trans.
   * Inf. Theory 37(1), 1991.
   */
  'jensen-shannon': (p, q) =>
    sum(p, (a, i) => {
      const [b, middle] = [at(q, i), (a + at(q, i)) / 2];
      return (a * Math.log2(a / middle) + b * Math.log2(b / middle)) / 2;
    }),
};

/**
 * What independent frames make of two equal mixes: PSI is about (1/n + 1/m)·χ². For what is small,
 * Jensen-Shannon in bits is PSI over 8·ln 2. Source: Yurdakul, Naranjo, J. Risk Model Validation
 * 14(4), 2020; Lin, 1991.
 */
export const OF_PSI: Readonly<Record<ClassMixGate['measure'], number>> = {
  psi: 1,
  'jensen-shannon': 1 / (8 * Math.LN2),
};

const at = (values: readonly number[], i: number) => values[i] as number;
const sum = (values: readonly number[], term: (value: number, i: number) => number) =>
  values.reduce((all, value, i) => all + term(value, i), 0);
