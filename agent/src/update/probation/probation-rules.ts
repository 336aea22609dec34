import { type EpochMillis, type Millis, millis } from '@edgeloop/protocol';
import type { CameraConfig, UpdatesConfig } from '../../config/config.ts';
import { frameInterval } from '../../config/frame-interval.ts';
import { isOpen } from '../../look/schedule/is-open.ts';
import type { ProbationRules } from './judge-probation.ts';

type Looking = readonly Pick<CameraConfig, 'source' | 'look'>[];

/** So many intervals of its fastest camera a model has at least: a frame may come late, or be lost. */
const LEAST_INTERVALS = 3;

/**
 * What a model must show that looks through these cameras, and by when. Slow cameras, and those before which nothing moves, need not show more than half of
 * what they can; of those that show less than one frame in that time one is waited for.
 */
export function probationRules(
  cameras: Looking,
  { probation, frames }: Pick<UpdatesConfig, 'probation' | 'frames'>,
): ProbationRules {
  const intervals = cameras.map(longestInterval);
  const fastest = intervals.length === 0 ? 0 : Math.min(...intervals);
  const deadline = millis(Math.max(probation, LEAST_INTERVALS * fastest));
  const expected = intervals.reduce((sum, interval) => sum + deadline / interval, 0);
  return { deadline, frames: Math.max(1, Math.min(frames, Math.floor(expected / 2))) };
}

/** Whether each of them is off by its schedule, so that no model can show anything. */
export function allRest(cameras: Looking, now: EpochMillis): boolean {
  return (
    cameras.length > 0 &&
    cameras.every(({ look: { schedule } }) => schedule !== null && !isOpen(schedule, now))
  );
}

/** Between two frames that are looked at while nothing moves. */
function longestInterval({ source, look }: Looking[number]): Millis {
  return millis(Math.max(1, frameInterval(source), look.motion?.atLeastEvery ?? 0));
}
