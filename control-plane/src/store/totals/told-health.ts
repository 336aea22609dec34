import type { Health } from '@edgeloop/protocol';
import type { CounterReport } from './carry.ts';
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
  readonly skipped: number;
  readonly unreadable: number;
}

/** Rows that did not come to be sent. */
export interface OutboxTotals {
  readonly evicted: number;
  readonly rejected: number;
}

export const UP_SECONDS = 'up';
export const CAMERA = 'camera/';
export const MODEL = 'model/';
export const OUTBOX = 'outbox';
export const modelKey = (digest: string) => `${MODEL}${digest}`;

/** What of a device's health adds up over its boots. */
export function toldByHealth({
  bootId,
  uptimeSeconds,
  cameras,
  models,
  outbox,
}: Health): CounterReport {
  const { evicted, rejected } = outbox;
  const counters: Record<string, Counters[string]> = {
    [UP_SECONDS]: uptimeSeconds,
    [OUTBOX]: { evicted, rejected },
  };
  for (const [camera, { classified, failed, skipped, unreadable }] of Object.entries(cameras)) {
    counters[`${CAMERA}${camera}`] = { classified, failed, skipped, unreadable };
  }
  for (const [digest, { inferenceMillis, scores, processRestarts }] of Object.entries(models)) {
    counters[modelKey(digest)] = {
      latency: inferenceMillis.counts,
      scores,
      restarts: processRestarts,
    };
  }
  return { boot: bootId, order: uptimeSeconds, counters };
}
