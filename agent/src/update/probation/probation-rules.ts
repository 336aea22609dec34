import { type EpochMillis, type Millis, millis } from '@edgeloop/protocol';
import type { CameraConfig, UpdatesConfig } from '../../config/config.ts';
import { longestInterval } from '../../config/frame-interval.ts';
import { isOpen } from '../../look/schedule/is-open.ts';
import type { ProbationRules } from './judge-probation.ts';

type Looking = readonly Pick<CameraConfig, 'source' | 'look'>[];

/**
 * So many intervals of its fastest camera a model has at least: a frame may come late, or be lost.
 */
const LEAST_INTERVALS = 3;

/**
 * What a model must show that looks through these cameras, and by when. Slow cameras, and those
 * before which nothing moves, need not show more than half of what they can; of those that show
 * less than one frame in that time one is waited for.
 * @param slowest the least time between two inferences of a camera, as heat had it at most since
 * the model decides
 */
export function probationRules(
  cameras: Looking,
  { probation, frames }: Pick<UpdatesConfig, 'probation' | 'frames'>,
  slowest: Millis,
): ProbationRules {
  const intervals = cameras.map((camera) => classifiedEvery(camera, slowest));
  const fastest = intervals.length === 0 ? 0 : Math.min(...intervals);
  const deadline = millis(Math.max(probation, LEAST_INTERVALS * fastest));
  const expected = intervals.reduce((sum, interval) => sum + deadline / interval, 0);
  return { deadline, frames: Math.max(1, Math.min(frames, Math.floor(expected / 2))) };
}

/** Whether each of them is off by its schedule, so that no model can show anything. */
export function allRest(cameras: Looking, now: EpochMillis): boolean {
  return cameras.length > 0 && cameras.every((camera) => rests(camera, now));
}

/** Those that are on by their schedules: what a model can show now. All, where none is. */
export function lookingNow(cameras: Looking, now: EpochMillis): Looking {
  const on = cameras.filter((camera) => !rests(camera, now));
  return on.length > 0 ? on : cameras;
}

/**
 * What holds of two rules for a model that was under both: a camera that goes on or off meanwhile
 * asks no more of it.
 */
export const easierRules = (one: ProbationRules, other: ProbationRules): ProbationRules => ({
  deadline: millis(Math.max(one.deadline, other.deadline)),
  frames: Math.min(one.frames, other.frames),
});

const rests = ({ look: { schedule } }: Looking[number], now: EpochMillis): boolean =>
  schedule !== null && !isOpen(schedule, now);

/** At the least. Where each frame counts, heat slows nothing down. */
function classifiedEvery(camera: Looking[number], slowest: Millis): Millis {
  const slowed = camera.source.pace === 'every' ? 0 : slowest;
  return millis(Math.max(1, longestInterval(camera), slowed));
}
