import type { ModelDetails } from '../../../../src/resources/model.ts';

/** Why the gate did not let a model through; null: it did, or was not asked. */
export function refusalInWords({ gate }: Pick<ModelDetails, 'gate'>): string | null {
  if (gate === null || gate.verdict.passed) return null;
  const reasons = gate.verdict.checks.flatMap(({ passed, reason }) => (passed ? [] : [reason]));
  return refusedFor(reasons);
}

export const refusedFor = (reasons: readonly string[]): string =>
  `The gate did not let this model through: ${reasons.join(' ')}`;
