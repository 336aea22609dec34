import { type CameraId, type CameraState, type Millis, timestamp } from '@edgeloop/protocol';
import type { Clock } from '../clock.ts';
import type { SceneState } from '../decide/decision.ts';

export interface StateTellerOptions {
  readonly id: CameraId;
  readonly clock: Clock;
  readonly setState: (camera: CameraId, state: CameraState) => void;
}

/** A state whose label stands is told again after this time, for its score. */
const STATE_INTERVAL = 5_000;

/** Tells what stands before a camera: at once when that changes, else now and then. */
export class StateTeller {
  readonly #options: StateTellerOptions;
  #told: { readonly scene: SceneState; readonly at: Millis } | null = null;

  constructor(options: StateTellerOptions) {
    this.#options = options;
  }

  tell(scene: SceneState, model: Pick<CameraState, 'model' | 'head'>): void {
    const { id, clock, setState } = this.#options;
    const at = clock.monotonic();
    const told = this.#told;
    const same = told?.scene.label === scene.label && told.scene.occurrence === scene.occurrence;
    if (same && at - told.at < STATE_INTERVAL) return;
    this.#told = { scene, at };
    const { label, score, since, occurrence } = scene;
    setState(id, { label, score, since: timestamp(since), occurrence, ...model });
  }

  /** The next is told at once. */
  forget(): void {
    this.#told = null;
  }
}
