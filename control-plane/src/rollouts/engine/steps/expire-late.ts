import type { RolloutPlan } from '../../plan/plan.ts';
import type { DeviceMove } from '../../store/move-devices.ts';
import type { Overdue } from '../../store/rollout-reader.ts';
import type { RolloutRow } from '../../store/rollout-tables.ts';
import type { EngineParts } from '../engine-parts.ts';
import { takeStep } from '../take-step.ts';

const BATCH = 5000;

type Why = 'silent' | 'hung' | 'offline';

/** Devices that were told too long ago are late: the wave waits for them no more. */
export async function expireLate(parts: EngineParts, row: RolloutRow): Promise<RolloutRow | null> {
  const { waves } = JSON.parse(row.plan) as RolloutPlan;
  const now = parts.now();
  const toldBefore = waves.slice(0, row.wave + 1).map(({ deadlineMillis }) => now - deadlineMillis);
  const late = await parts.reader.overdue(row.id, toldBefore, BATCH);
  if (late.length === 0) return null;
  const moves = late.map(
    (one): DeviceMove => ({
      ...{ device: one.device, from: one.state, event: 'expire', outcome: whyLate(one) },
    }),
  );
  const count = (why: Why) => moves.filter(({ outcome }) => outcome === why).length;
  const [silent, hung, offline] = [count('silent'), count('hung'), count('offline')];
  return takeStep(parts, row, {
    decision: {
      ...{ event: 'expire', by: 'engine' },
      reason: `${late.length} devices are late: ${silent} never said a word, ${hung} began and did not end, ${offline} were offline all the while.`,
      figures: {
        ...{ silent, hung, offline },
        devices: late.slice(0, 100).map(({ device }) => device),
      },
    },
    moves,
  });
}

function whyLate({ state, away }: Overdue): Why {
  if (state !== 'told') return 'hung';
  return away ? 'offline' : 'silent';
}
