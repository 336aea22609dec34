import { type Millis, millis } from '@edgeloop/protocol';
import type { SourceConfig } from './source-config.ts';

/** Between frames, as far as it is known before the first. */
export function frameInterval(source: SourceConfig): Millis {
  return 'frameRate' in source ? millis(1000 / (source.frameRate ?? 1)) : source.interval;
}
