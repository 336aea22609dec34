import {
  type DeviceId,
  epochMillis,
  INFERENCE_BUCKETS_MS,
  type Random,
  SCORE_BUCKETS,
} from '@edgeloop/protocol';
import type {
  DeviceFigures,
  ModelFigures,
} from '../../../../control-plane/src/rollouts/gates/wave-figures.ts';

const CLASSES = ['empty', 'good', 'scratch', 'bent'];

/**
 * How a fleet sees: every device has a scene of its own, and hours that are not like the others.
 */
export interface FleetNature {
  readonly devices: number;
  readonly framesBefore: number;
  readonly framesAfter: number;
  /** How often a frame shows what the one before showed: frames of a camera are alike. */
  readonly alike: number;
  /** Standard deviation of a device's own change, in log odds of each class. */
  readonly drift: number;
  /** How often a device has a busy hour: `empty` falls by so much, in log odds. */
  readonly busy: { readonly chance: number; readonly by: number };
  /** What changes for all: log odds of `good`. */
  readonly dusk: number;
}

/** What the model in use after says of a class; as it is, when absent. */
export type Confusion = Readonly<Record<string, string>>;

/** The figures of each device, its scenes drawn anew. */
export function drawFleet(
  nature: FleetNature,
  random: Random,
  confusion: (device: number) => Confusion = () => ({}),
): DeviceFigures[] {
  return Array.from({ length: nature.devices }, (_, i) => {
    const scene = [2.5, 1.5, 0, -0.7].map((odds) => odds + 0.6 * normal(random));
    const busy = random.chance(nature.busy.chance) ? nature.busy.by : 0;
    const shift = [-busy, nature.dusk, 0, 0];
    const later = scene.map((odds, c) => odds + (shift[c] ?? 0) + nature.drift * normal(random));
    return {
      device: `pi-${i}` as DeviceId,
      boots: 0,
      processRestarts: 0,
      failedFrames: 0,
      since: epochMillis(0),
      hours: 1,
      shadow: null,
      runs: true,
      before: look(scene, nature.framesBefore, nature.alike, random, {}),
      after: look(later, nature.framesAfter, nature.alike, random, confusion(i)),
    };
  });
}

function look(
  odds: readonly number[],
  frames: number,
  alike: number,
  random: Random,
  confusion: Confusion,
): ModelFigures {
  const weights = odds.map(Math.exp);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const upTo = weights.map((_, i) => weights.slice(0, i + 1).reduce((a, b) => a + b));
  const draw = () => {
    const at = random.next() * total;
    return upTo.findIndex((bound) => at < bound);
  };
  const counts = CLASSES.map(() => 0);
  for (let rest = frames; rest > 0; ) {
    const [seen, drawn] = [draw(), 1 - random.next()];
    const stays = alike === 0 ? 1 : 1 + Math.floor(Math.log(drawn) / Math.log(alike));
    counts[seen] = (counts[seen] as number) + Math.min(rest, stays);
    rest -= stays;
  }
  const scores: Record<string, number[]> = {};
  for (const [i, count] of counts.entries()) {
    const label = confusion[CLASSES[i] as string] ?? (CLASSES[i] as string);
    scores[label] ??= SCORE_BUCKETS.map(() => 0);
    (scores[label] as number[])[8] = ((scores[label] as number[])[8] as number) + count;
  }
  const latency = INFERENCE_BUCKETS_MS.map((bound) => (bound === 20 ? frames : 0));
  return { latency: [...latency, 0], scores };
}

/** Standard normal, by Box and Muller. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
