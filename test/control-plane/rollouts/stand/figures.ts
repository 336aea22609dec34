import { type DeviceId, epochMillis, INFERENCE_BUCKETS_MS } from '@edgeloop/protocol';
import type {
  DeviceFigures,
  ModelFigures,
  UpdateFigures,
  WaveFigures,
} from '../../../../control-plane/src/rollouts/gates/wave-figures.ts';

const HOUR = 3_600_000;

/** So many frames of each class, all with scores of one bucket, all of one latency. */
export function model(
  classes: Readonly<Record<string, number>>,
  { bucket = 8, millis = 20 } = {},
): ModelFigures {
  const frames = Object.values(classes).reduce((sum, count) => sum + count, 0);
  const scores = Object.entries(classes).map(([label, count]) => [
    label,
    Array.from({ length: 10 }, (_, i) => (i === bucket ? count : 0)),
  ]);
  const latency = INFERENCE_BUCKETS_MS.map((bound) => (bound === millis ? frames : 0));
  return { latency: [...latency, 0], scores: Object.fromEntries(scores) };
}

let devices = 0;

/** That runs on as it ran. */
export function device(given: Partial<DeviceFigures> = {}): DeviceFigures {
  devices += 1;
  return {
    device: `pi-${devices}` as DeviceId,
    boots: 0,
    processRestarts: 0,
    failedFrames: 0,
    since: epochMillis(0),
    hours: 1,
    shadow: null,
    runs: true,
    before: model({ empty: 800, good: 200 }),
    after: model({ empty: 800, good: 200 }),
    ...given,
  };
}

export const many = (count: number, given: (i: number) => Partial<DeviceFigures> = () => ({})) =>
  Array.from({ length: count }, (_, i) => device(given(i)));

type FigureChanges = Partial<Omit<WaveFigures, 'updates'>> & { updates?: Partial<UpdateFigures> };

/** Of a wave of an hour that nobody is in. */
export const figures = ({ updates, ...given }: FigureChanges = {}): WaveFigures => ({
  window: { from: epochMillis(0), to: epochMillis(HOUR) },
  updates: { committed: 0, failed: 0, refused: 0, reverted: 0, underWay: 0, ...updates },
  wave: [],
  control: [],
  ...given,
});
