import type { Liveness } from '@edgeloop/daemon';
import type { Millis } from '@edgeloop/protocol';
import { counted } from '@edgeloop/protocol/counted';
import { type CameraProgress, findProblems } from './problems.ts';

/**
 * Whether the agent does its work, so that nothing is won by starting it again. It does not when
 * frames come and none is classified, whatever else goes on, nor when no camera makes progress. One
 * camera among others that gives no frames is no reason: its source is started again within the
 * process.
 * @param http Why health and page can't be reached; null: they can.
 */
export function livenessOf(
  cameras: readonly CameraProgress[],
  classified: number,
  now: Millis,
  http?: string | null,
): Liveness {
  const running = cameras.filter(({ finished, resting }) => !finished && !resting);
  const hanging = running.some(
    ({ waitingSince, patience }) => waitingSince !== null && now - waitingSince > patience,
  );
  const moving = running.some(({ progressAt, patience }) => now - progressAt <= patience);
  const problems = findProblems(cameras, false, now);
  return {
    working: !hanging && (moving || running.length === 0),
    status: [
      `${counted(classified, 'frame')} classified`,
      ...problems,
      ...(http ? [http] : []),
    ].join('; '),
  };
}
