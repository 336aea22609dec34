import type { DeviceId, EpochMillis } from '@edgeloop/protocol';

/** What one model did on one device in some time. */
export interface ModelFigures {
  /** Inferences by INFERENCE_BUCKETS_MS, the last the rest. */
  readonly latency: readonly number[];
  /** Frames by winning class, then by SCORE_BUCKETS. */
  readonly scores: Readonly<Record<string, readonly number[]>>;
}

/** How a candidate agreed with the model that decides. */
export interface AgreementFigures {
  readonly compared: number;
  readonly agreed: number;
  /** By the class of the model that decides. */
  readonly byClass: Readonly<
    Record<string, { readonly compared: number; readonly agreed: number }>
  >;
}

export interface DeviceFigures {
  readonly device: DeviceId;
  /** Whether it says that it runs the model of `after`, now. */
  readonly runs: boolean;
  /** By the model that it ran when the window began, in the hours before. */
  readonly before: ModelFigures;
  /**
   * In the window. Of a wave's device: by the new model; of another: by the one that it runs all
   * along.
   */
  readonly after: ModelFigures;
  /**
   * From here on its starts are counted: a wave's device that took the new model later is measured
   * from then, an update may take long.
   */
  readonly since: EpochMillis;
  /** Since then. */
  readonly boots: number;
  /** Of the process of the model of `after`, in the window. */
  readonly processRestarts: number;
  /** Frames of all its cameras that failed, in the window. */
  readonly failedFrames: number;
  /** That it was heard to be up, in the window. */
  readonly hours: number;
  /** Of the new model, in the window, as a shadow; null: it was none there. */
  readonly shadow: AgreementFigures | null;
}

/**
 * What became of the update on each device of the wave. Those that were offline from before they
 * were told until their deadline are none.
 */
export interface UpdateFigures {
  readonly committed: number;
  readonly failed: number;
  readonly refused: number;
  readonly reverted: number;
  /** Asked, or to be asked, and not ended. */
  readonly underWay: number;
}

/** What is known of a wave since its window began. */
export interface WaveFigures {
  readonly window: { readonly from: EpochMillis; readonly to: EpochMillis };
  readonly updates: UpdateFigures;
  /** Up to 500 devices of the wave, chosen by a stable hash. */
  readonly wave: readonly DeviceFigures[];
  /** Up to 500 of the same slot and task that the rollout does not touch in the window. */
  readonly control: readonly DeviceFigures[];
}
