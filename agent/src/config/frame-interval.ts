import { type Millis, millis } from '@edgeloop/protocol';
import type { CameraConfig } from './config.ts';
import { LONGEST_TIMER } from './duration-limits.ts';
import type { SourceConfig } from './source-config.ts';

/** Between frames, as far as it is known before the first. */
export function frameInterval(source: SourceConfig): Millis {
  if ('frameRate' in source) return millis(1000 / (source.frameRate ?? 1));
  // Each still takes its time to warm up, however often one is wanted.
  return 'warmUp' in source ? millis(Math.max(source.interval, source.warmUp)) : source.interval;
}

/** At least `least` ms, and three intervals of the source: a frame may be late, or lost. */
export const longEnough = (source: SourceConfig, least: number): Millis =>
  millis(Math.min(LONGEST_TIMER, Math.max(least, 3 * frameInterval(source))));

/** Between two frames that are looked at while nothing moves. */
export function longestInterval({ source, look }: Pick<CameraConfig, 'source' | 'look'>): Millis {
  return millis(Math.max(frameInterval(source), look.motion?.atLeastEvery ?? 0));
}
