import {
  type Health,
  INFERENCE_BUCKETS_MS,
  parseId,
  type Shadow,
  timestamp,
} from '@edgeloop/protocol';

export const BOOT = '00000000-0000-4000-8000-00000000b007';
export const OTHER_BOOT = '00000000-0000-4000-8000-00000000b008';

interface HealthFields {
  readonly boot?: string;
  /** Seconds since it booted. */
  readonly up?: number;
  /** By model, then class: frames, all with one score and one latency. */
  readonly models?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly restarts?: number;
  readonly failed?: number;
  readonly rssBytes?: number;
}

/** What a device says of its health. */
export function health(given: HealthFields = {}): Health {
  const { boot = BOOT, up = 30, models = {}, restarts = 0, failed = 0, rssBytes = 1 } = given;
  const counted = Object.entries(models).map(([digest, classes]) => {
    const frames = Object.values(classes).reduce((sum, count) => sum + count, 0);
    const scores = Object.entries(classes).map(([label, count]) => [
      label,
      Array.from({ length: 10 }, (_, i) => (i === 8 ? count : 0)),
    ]);
    const counts = [...INFERENCE_BUCKETS_MS.map((bound) => (bound === 20 ? frames : 0)), 0];
    const inferenceMillis = { counts, sum: 18 * frames };
    const scored = Object.fromEntries(scores);
    return [digest, { inferenceMillis, scores: scored, processRestarts: restarts }] as const;
  });
  const camera = { captured: 0, skipped: 0, unreadable: 0, classified: 0, failed, restarts: 0 };
  return {
    bootId: parseId('boot', boot),
    at: timestamp(1000 * up),
    uptimeSeconds: up,
    rssBytes,
    cameras: { cam0: camera },
    models: Object.fromEntries(counted),
    connects: 1,
    outbox: { rows: 0, bytes: 0, evicted: 0, rejected: 0 },
  };
}

/** What it says of a candidate beside a model, all of one class. */
export function shadow(
  { active, candidate }: { readonly active: string; readonly candidate: string },
  { boot = BOOT, at = 30, compared = 0, agreed = 0 } = {},
): Shadow {
  const [running, looking] = [parseId('sha256', active), parseId('sha256', candidate)];
  const slot = {
    active: running,
    candidate: looking,
    every: 4,
    compared,
    agreed,
    byClass: { good: { compared, agreed } },
    skipped: { busy: 0, hot: 0 },
    failed: 0,
    inferenceMillis: { counts: [], sum: 0 },
  };
  return { bootId: parseId('boot', boot), at: timestamp(1000 * at), slots: { main: slot } };
}
