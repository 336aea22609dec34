import type { Health } from '@edgeloop/protocol';
import type { Told } from './carry.ts';
import type { Counters } from './counters.ts';

/** What is counted of a model on a device. */
export interface ModelTotals {
  readonly latency: readonly number[];
  readonly scores: Readonly<Record<string, readonly number[]>>;
  readonly restarts: number;
}

export interface CameraTotals {
  readonly classified: number;
  readonly failed: number;
}

export const UP_SECONDS = 'up';
export const CAMERA = 'camera/';
export const modelKey = (digest: string) => `model/${digest}`;

/** What of a device's health adds up over its boots. */
export function toldByHealth({ bootId, uptimeSeconds, cameras, models }: Health): Told {
  const counters: Record<string, Counters[string]> = { [UP_SECONDS]: uptimeSeconds };
  for (const [camera, { classified, failed }] of Object.entries(cameras)) {
    counters[`${CAMERA}${camera}`] = { classified, failed };
  }
  for (const [digest, { inferenceMillis, scores, processRestarts }] of Object.entries(models)) {
    counters[modelKey(digest)] = {
      ...{ latency: inferenceMillis.counts, scores, restarts: processRestarts },
    };
  }
  return { boot: bootId, order: uptimeSeconds, counters };
}
