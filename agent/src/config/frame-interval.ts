import { type Millis, millis } from '@edgeloop/protocol';
import type { SourceConfig } from './config.ts';

/** Between frames, as far as it is known before the first. */
export function frameInterval(source: SourceConfig): Millis {
  return source.kind === 'file' ? millis(1000 / (source.frameRate ?? 1)) : source.interval;
}
