import { type EpochMillis, timestamp } from '@edgeloop/protocol';
import { counted } from '@edgeloop/protocol/counted';
import type { JobTrigger } from '../../resources/job.ts';
import type { Drift } from '../drift/measure-drift.ts';
import type { TrainingSettings } from '../training-settings.ts';
import { nextTime } from './next-time.ts';

export type TriggerKind = Exclude<JobTrigger['kind'], 'by-hand'>;

/** What a decision follows from. */
export interface TriggerFacts {
  readonly now: EpochMillis;
  /** Since the newest dataset version. */
  readonly newLabels: number;
  /** When the schedule was looked at last. */
  readonly scheduleSeenAt: EpochMillis;
  /**
   * The newest dataset version, where a trigger froze it for a training that was never made; null:
   * it was, or nobody did.
   */
  readonly unstarted: { readonly kind: TriggerKind; readonly version: number } | null;
  /** Of devices that run the task's models, what was measured now. */
  readonly drifts: readonly (Drift & { readonly device: string })[];
}

/**
 * The first reason to train now; null: there is none. What a time of nobody looking left out is due
 * once.
 */
export function dueTrigger(
  { triggers: { labels, schedule, drift } }: Pick<TrainingSettings, 'triggers'>,
  { now, newLabels, scheduleSeenAt, unstarted, drifts }: TriggerFacts,
): JobTrigger | null {
  if (labels && newLabels >= labels.count) {
    const reason = `${counted(newLabels, 'new label')} since the last dataset version, ${counted(labels.count, 'starts', 'start')} a training.`;
    return { kind: 'labels', reason };
  }
  const time = schedule && nextTime(schedule, scheduleSeenAt);
  if (time !== null && time <= now) {
    return { kind: 'schedule', reason: `Due at ${timestamp(time)} by ${schedule?.cron}.` };
  }
  const [worst] = drifts
    .filter(({ psi }) => drift && psi >= drift.psi)
    .sort((a, b) => b.psi - a.psi);
  if (drift?.train && worst && newLabels > 0) {
    const reason = `The scores of ${worst.device} drifted: a population stability index of ${worst.psi.toFixed(2)} over ${worst.samples} frames, ${drift.psi} starts a training.`;
    return { kind: 'drift', reason };
  }
  const stillStarts = { labels: labels !== null, schedule: schedule !== null, drift: drift?.train };
  if (unstarted && stillStarts[unstarted.kind]) {
    const reason = `Dataset version ${unstarted.version} was frozen for a training that did not start.`;
    return { kind: unstarted.kind, reason };
  }
  return null;
}
