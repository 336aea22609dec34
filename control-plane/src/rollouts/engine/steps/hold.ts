import type { RolloutHead } from '../../store/rollout-tables.ts';
import type { EngineParts } from '../engine-parts.ts';
import { takeStep } from '../take-step.ts';

/** Tells once what keeps a rollout. */
export async function hold(parts: EngineParts, row: RolloutHead, reason: string): Promise<void> {
  if (row.reason === reason) return;
  const decision = { event: 'hold', by: 'engine', reason } as const;
  await takeStep(parts, row, { decision, changes: { reason } });
}
