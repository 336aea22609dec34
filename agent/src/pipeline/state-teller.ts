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
  #told: { readonly standing: SceneState; readonly at: Millis } | null = null;

  constructor(options: StateTellerOptions) {
    this.#options = options;
  }

  tell(standing: SceneState, model: Pick<CameraState, 'model' | 'head'>): void {
    const { id, clock, setState } = this.#options;
    const at = clock.monotonic();
    const told = this.#told;
    const same =
      told?.standing.label === standing.label && told.standing.occurrence === standing.occurrence;
    if (same && at - told.at < STATE_INTERVAL) return;
    this.#told = { standing, at };
    const { label, score, since, occurrence } = standing;
    setState(id, { label, score, since: timestamp(since), occurrence, ...model });
  }

  /** The next is told at once. */
  forget(): void {
    this.#told = null;
  }
}
