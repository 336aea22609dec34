import { type Millis, millis } from '@edgeloop/protocol';
import type { CameraConfig } from './config.ts';
import type { SourceConfig } from './source-config.ts';

/** Between frames, as far as it is known before the first. */
export function frameInterval(source: SourceConfig): Millis {
  return 'frameRate' in source ? millis(1000 / (source.frameRate ?? 1)) : source.interval;
}

/** Between two frames that are looked at while nothing moves. */
export function longestInterval({ source, look }: Pick<CameraConfig, 'source' | 'look'>): Millis {
  return millis(Math.max(frameInterval(source), look.motion?.atLeastEvery ?? 0));
}
