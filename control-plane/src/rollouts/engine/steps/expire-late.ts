import { counted } from '@edgeloop/protocol/counted';
import type { DeviceMove } from '../../store/move-devices.ts';
import { type Overdue, overdueDevices } from '../../store/overdue-devices.ts';
import type { RolloutRow } from '../../store/rollout-tables.ts';
import type { EngineParts } from '../engine-parts.ts';
import { takeStep } from '../take-step.ts';

const BATCH = 5000;

type Why = 'silent' | 'hung' | 'offline' | 'left';
const LEFT = { code: 'LEFT', message: 'It left the fleet after it was told.' };

/** Devices that were told too long ago are late: the wave waits for them no more. */
export async function expireLate(parts: EngineParts, row: RolloutRow): Promise<RolloutRow | null> {
  const { waves } = row.plan;
  const now = parts.now();
  const toldBefore = waves.slice(0, row.wave + 1).map(({ deadlineMillis }) => now - deadlineMillis);
  const late = await overdueDevices(parts.database, row.id, toldBefore, BATCH);
  if (late.length === 0) return null;
  const moves = late.map((one): DeviceMove => {
    const outcome = whyLate(one);
    return {
      device: one.device,
      from: one.state,
      event: 'expire',
      outcome,
      reason: outcome === 'left' ? LEFT : null,
    };
  });
  const count = (why: Why) => moves.filter(({ outcome }) => outcome === why).length;
  const [silent, hung] = [count('silent'), count('hung')];
  const [offline, left] = [count('offline'), count('left')];
  return takeStep(parts, row, {
    decision: {
      event: 'expire',
      by: 'engine',
      reason: `${counted(late.length, 'device is', 'devices are')} late: ${silent} never said a word, ${hung} began and did not end, ${counted(offline, 'was', 'were')} offline all the while, ${counted(left, 'has', 'have')} left the fleet.`,
      figures: {
        silent,
        hung,
        offline,
        left,
        devices: late.slice(0, 100).map(({ device }) => device),
      },
    },
    moves,
  });
}

function whyLate({ state, away, left }: Overdue): Why {
  if (left) return 'left';
  if (state !== 'told') return 'hung';
  return away ? 'offline' : 'silent';
}
