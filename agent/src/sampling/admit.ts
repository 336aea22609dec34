import type { EpochMillis, SampleReason } from '@edgeloop/protocol';
import { type Burst, isCooling } from './burst.ts';
import { charge, type Ledger } from './ledger.ts';
import type { Budgets, SamplingPlan } from './sampling-plan.ts';

/**
 * What is drawn or asked for is taken however soon it comes: to pass over a draw would make it
 * unfair.
 */
const NEVER_COOLS: ReadonlySet<SampleReason> = new Set(['random', 'requested']);

/** The reasons under which a frame may be kept, or why it is passed over. */
export type Admission =
  | { readonly reasons: readonly SampleReason[] }
  | { readonly passed: 'cooling' | 'overBudget' };

/**
 * Whether there is any use in encoding a frame. Its size is not known yet: `putToAccount` has the
 * last word.
 */
export function admit(
  reasons: readonly SampleReason[],
  burst: Burst | undefined,
  ledger: Ledger,
  plan: SamplingPlan,
  at: EpochMillis,
  now: EpochMillis,
): Admission {
  const cooling = isCooling(burst, at, plan.cooldown);
  const ready = cooling ? reasons.filter((reason) => NEVER_COOLS.has(reason)) : reasons;
  if (ready.length === 0) return { passed: 'cooling' };
  return putToAccount(ready, ledger, plan.budgets, 0, now)
    ? { reasons: ready }
    : { passed: 'overBudget' };
}

/**
 * Charges the first reason whose budget has room. The reasons before it fall away: a frame that was
 * drawn, but is kept because it is uncertain, is no fair sample any more. Null: over every budget.
 */
export function putToAccount(
  reasons: readonly SampleReason[],
  ledger: Ledger,
  budgets: Budgets,
  size: number,
  now: EpochMillis,
): { readonly ledger: Ledger; readonly reasons: readonly SampleReason[] } | null {
  for (const [i, reason] of reasons.entries()) {
    const charged = charge(ledger, budgets, reason, size, now);
    if (charged) return { ledger: charged, reasons: reasons.slice(i) };
  }
  return null;
}
