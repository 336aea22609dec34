import type { Millis, Random } from '@edgeloop/protocol';
import type { Mix, Scene } from '../scenario/scenario.ts';
import { normal } from './normal.ts';

/** What stands before the cameras of one device. */
export interface DeviceScene {
  /** Each class with the share of frames up to and with it: the last is 1. */
  readonly cumulative: readonly (readonly [string, number])[];
  /** What is added to each score. */
  readonly confidence: number;
}

/** How this device differs from the others: by what each class's weight is multiplied. */
export function drawFactors({ mix, spread }: Scene, random: Random): Mix {
  return Object.fromEntries(
    Object.keys(mix).map((name) => [name, Math.exp(spread * normal(random))]),
  );
}

/** @param elapsed since the start of the simulation: dusk falls on all devices at once */
export function sceneAt(scene: Scene, factors: Mix, elapsed: Millis): DeviceScene {
  const { mix, dusk } = scene;
  const darkness = dusk ? fallen(elapsed - dusk.after, dusk.over) : 0;
  const day = shares(mix, factors);
  const night = shares(dusk?.mix ?? mix, factors);
  let sum = 0;
  const cumulative = Object.keys(mix).map((name, index, all) => {
    sum += (1 - darkness) * (day[name] ?? 0) + darkness * (night[name] ?? 0);
    return [name, index === all.length - 1 ? 1 : sum] as const;
  });
  return { cumulative, confidence: darkness * (dusk?.confidence ?? 0) };
}

/** How dark it is: 0 to 1. */
function fallen(passed: number, over: number): number {
  if (passed < 0) return 0;
  return over === 0 ? 1 : Math.min(1, passed / over);
}

function shares(mix: Mix, factors: Mix): Mix {
  const weights = Object.entries(mix).map(
    ([name, weight]) => [name, weight * (factors[name] ?? 1)] as const,
  );
  const sum = weights.reduce((total, [, weight]) => total + weight, 0);
  return Object.fromEntries(weights.map(([name, weight]) => [name, weight / sum]));
}
