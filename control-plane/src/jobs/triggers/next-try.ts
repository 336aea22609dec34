import { type EpochMillis, epochMillis, seconds } from '@edgeloop/protocol';
import type { TriggerTry } from '../../resources/trigger-try.ts';
import type { TaskSettings } from '../settings-store.ts';
import { nextTime } from './next-time.ts';

/** Triggers are looked at so often, and with each label. */
export const LOOK_EVERY = seconds(60);

/** Of a try that met no obstacle: there was only nothing to train on. It is not due any more. */
export const NOTHING_NEW = 'NOTHING_NEW';

/**
 * Whether what kept the last try from starting a training still does, as far as is known: it was
 * refused lately, and so is tried again at the next look.
 */
export function isTriedAgain(
  lastTry: TriggerTry | null,
  now: EpochMillis,
): lastTry is TriggerTry & { readonly refusal: NonNullable<TriggerTry['refusal']> } {
  if (!lastTry?.refusal || lastTry.refusal.code === NOTHING_NEW) return false;
  return Math.abs(now - Date.parse(lastTry.at)) <= 2 * LOOK_EVERY;
}

/** When a training is next tried by the clock; null: labels or drift alone start one. */
export function nextTry(
  { settings, scheduleSeenAt, lastTry }: Omit<TaskSettings, 'task'>,
  now: EpochMillis,
): EpochMillis | null {
  if (isTriedAgain(lastTry, now)) return epochMillis(Date.parse(lastTry.at) + LOOK_EVERY);
  const { schedule } = settings.triggers;
  return schedule && nextTime(schedule, epochMillis(Math.min(scheduleSeenAt, now)));
}
