import { type EpochMillis, INFERENCE_BUCKETS_MS, parseId, timestamp } from '@edgeloop/protocol';
import type { StoreRecord } from '../../control-plane/src/store/record.ts';

export type Kind = 'frame' | 'occurrence';

const LABELS = ['good', 'scratch', 'bent', 'empty'];
const MODEL = parseId('sha256', 'f1ee'.repeat(16));
const BOOT = parseId('boot', '00000000-0000-4000-8000-00000000b007');
const BEGAN = Date.UTC(2026, 10, 1);
const uuid = (a: number, b: number) =>
  `${a.toString(16).padStart(8, '0')}-0000-4000-8000-${b.toString(16).padStart(12, '0')}`;

/**
 * The n-th row of a device, or word on its health, as an agent with one camera and a model of four
 * classes says it.
 */
export function saidBy(device: number, kind: Kind | 'health', n: number): StoreRecord {
  const at = BEGAN + n * (kind === 'health' ? 30_000 : 1000);
  const envelope = {
    site: parseId('site', 'works'),
    device: parseId('device', `camera-${device + 1}`),
    receivedAt: (at + 40) as EpochMillis,
    retained: false,
  };
  if (kind === 'health') {
    return { ...envelope, name: 'health', message: health(n) } as unknown as StoreRecord;
  }
  const score = 0.5 + ((n * 37) % 480) / 1000 + 0.0123;
  const label = LABELS[n % LABELS.length] as string;
  const common = {
    stream: uuid(device + 1, 1),
    seq: n,
    bootId: BOOT,
    capturedAt: timestamp(at),
    replayed: false,
    slot: 'main',
    model: MODEL,
    label,
    score,
  };
  const message =
    kind === 'frame'
      ? { type: 'frame', ...common, scores: scores(label, score) }
      : life(device, n, at, common);
  return { ...envelope, name: 'detections', camera: 'cam0', message } as unknown as StoreRecord;
}

const scores = (label: string, score: number) =>
  Object.fromEntries(LABELS.map((one) => [one, one === label ? score : (1 - score) / 3]));

/** Three rows each: new, update, end. */
function life(device: number, n: number, at: number, common: object) {
  const [which, step] = [Math.floor((n - 1) / 3), (n - 1) % 3];
  return {
    ...common,
    type: ['new', 'update', 'end'][step],
    occurrence: uuid(device + 1, which + 1),
    topScore: 0.9731,
    startedAt: timestamp(at - step * 1000),
    frames: 1 + step * 10,
    ...(step === 2 && { endedAt: timestamp(at) }),
  };
}

function health(n: number) {
  const frames = n * 300;
  const counts = [...INFERENCE_BUCKETS_MS.map((bound) => (bound === 50 ? frames : 0)), 0];
  const byLabel = LABELS.map((label) => [label, Array.from({ length: 10 }, () => frames / 40)]);
  const camera = { captured: frames, skipped: 0, unreadable: 0, classified: frames };
  return {
    bootId: BOOT,
    at: timestamp(BEGAN + n * 30_000),
    uptimeSeconds: n * 30,
    rssBytes: 150_000_000,
    temperatureCelsius: 51.2,
    connects: 1,
    cameras: { cam0: { ...camera, failed: 0, restarts: 0 } },
    models: {
      [MODEL]: {
        inferenceMillis: { counts, sum: 45 * frames },
        scores: Object.fromEntries(byLabel),
        processRestarts: 0,
      },
    },
    outbox: { rows: 0, bytes: 0, evicted: 0, rejected: 0 },
  };
}
