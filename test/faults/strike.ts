import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '@edgeloop/protocol';
import type { Fault, Scene } from './fault.ts';
import { type Pace, planFaults } from './schedule.ts';

export interface Track {
  readonly faults: readonly Fault[];
  readonly pace: Pace;
  /** Of the schedule; whom a fault strikes, and how, is drawn by the scene. */
  readonly seed: number;
  /** So many, or until it is over. */
  readonly count: number;
  readonly isOver: () => boolean;
  readonly onStruck: (name: string, what: string) => void;
  /** Before the next: on a busy machine a fault would only meet what is still starting. */
  readonly settled: () => Promise<unknown>;
}

/** Strikes, heals, and strikes again. */
export async function strikeAll(scene: Scene, track: Track): Promise<void> {
  const { faults, pace, seed, count, isOver, onStruck, settled } = track;
  const names = faults.map(({ name }) => name);
  if (names.length === 0) return;
  const plan = planFaults(names, pace, seededRandom(seed));
  for (let i = 0; i < count && !isOver(); i++) {
    const { name, pause, lasts } = plan.next().value;
    await delay(pause);
    const fault = faults.find((one) => one.name === name);
    const struck = await fault?.strike(scene);
    if (!struck) continue;
    onStruck(name, struck.what);
    await delay(lasts);
    await struck.heal();
    await settled();
  }
}
