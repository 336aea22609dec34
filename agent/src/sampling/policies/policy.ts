import type { SampleReason } from '@edgeloop/protocol';
import type { SamplingPlan } from '../sampling-plan.ts';

/** All that policies may look at, of one classified frame. */
export interface Facts {
  /** Names the frame, and says nothing of what is on it. */
  readonly frameId: string;
  /** A person wants a picture of this camera. */
  readonly requested: boolean;
  /** A candidate looked at it, too, and said something else. */
  readonly disagreed: boolean;
  readonly margin: number;
  readonly entropy: number;
  /** The part of the camera's frames before this one that its class won. */
  readonly classShare: number;
  /** Frames that this is known from. */
  readonly classFrames: number;
  /** From the nearest of what the camera saw lately; null: nothing to compare with. */
  readonly distance: number | null;
}

/** One ground to keep a frame: pure, and off where the plan has null for it. */
export interface Policy {
  readonly reason: SampleReason;
  readonly holds: (facts: Facts, plan: SamplingPlan) => boolean;
}
