import type { Bytes, Millis, SampleReason, SamplingSettings } from '@edgeloop/protocol';
import { bytes, millis } from '@edgeloop/protocol';

/** What is kept and how much of it, with every value filled in. Null: the policy is off. */
export interface SamplingPlan {
  readonly budgets: Budgets;
  /** Between samples of one camera that were neither drawn nor asked for. */
  readonly cooldown: Millis;
  readonly random: { readonly oneIn: number } | null;
  /** Kept with a margin below, or an entropy above. */
  readonly uncertain: { readonly margin: number; readonly entropy: number } | null;
  /** Kept of a class with a smaller share, after so many frames. */
  readonly rare: { readonly share: number; readonly minFrames: number } | null;
  /** Kept further away than this from what was seen lately; cosine distance. */
  readonly changed: { readonly distance: number } | null;
}

export interface Budgets {
  readonly perHour: number;
  readonly perDay: number;
  readonly bytesPerDay: Bytes;
  /** Of each budget, what a reason may use at most. What `random` may use is kept free for it. */
  readonly shares: Readonly<Record<SampleReason, number>>;
}

export const DEFAULT_PLAN: SamplingPlan = {
  budgets: {
    perHour: 30,
    perDay: 300,
    bytesPerDay: bytes(64 * 2 ** 20),
    shares: { random: 0.2, requested: 1, uncertain: 0.6, rare: 0.6, changed: 0.4, disagreed: 0.4 },
  },
  cooldown: millis(10_000),
  random: { oneIn: 20_000 },
  uncertain: { margin: 0.2, entropy: 0.7 },
  rare: { share: 0.01, minFrames: 1_000 },
  changed: { distance: 0.25 },
};

/**
 * The plan with what the settings change of it. A policy that was off comes back with its defaults.
 */
export function changePlan(plan: SamplingPlan, settings: SamplingSettings): SamplingPlan {
  const { budgets = {}, cooldownMillis } = settings;
  const { shares, bytesPerDay, ...counts } = budgets;
  return {
    budgets: {
      ...plan.budgets,
      ...counts,
      ...(bytesPerDay !== undefined && { bytesPerDay: bytes(bytesPerDay) }),
      shares: { ...plan.budgets.shares, ...shares },
    },
    cooldown: cooldownMillis === undefined ? plan.cooldown : millis(cooldownMillis),
    random: changePolicy('random', plan, settings),
    uncertain: changePolicy('uncertain', plan, settings),
    rare: changePolicy('rare', plan, settings),
    changed: changePolicy('changed', plan, settings),
  };
}

function changePolicy<Name extends 'random' | 'uncertain' | 'rare' | 'changed'>(
  name: Name,
  plan: SamplingPlan,
  settings: SamplingSettings,
): SamplingPlan[Name] {
  const change = settings[name];
  if (change === undefined) return plan[name];
  if (change === null) return null;
  return { ...DEFAULT_PLAN[name], ...plan[name], ...change } as SamplingPlan[Name];
}
