import type { CameraId, SlotId } from '@edgeloop/protocol';
import type { Facts } from '../policies/policy.ts';
import { type ClassMix, countClass, NO_MIX, shareOf } from './class-mix.ts';
import {
  distanceToRecent,
  type RecentPatterns,
  rememberPattern,
  toPattern,
} from './recent-patterns.ts';
import { uncertaintyOf } from './uncertainty.ts';

/** One classified frame, as far as policies are concerned. */
export interface Observed {
  readonly frameId: string;
  readonly camera: CameraId;
  readonly slot: SlotId;
  readonly label: string;
  readonly scores: readonly number[];
  readonly embedding: ArrayLike<number> | null;
}

/**
 * Remembers what cameras saw, as far as policies ask for it. Since the agent started: it is soon
 * learnt again.
 */
export class Observer {
  readonly #mixes = new Map<SlotId, ClassMix>();
  readonly #recent = new Map<CameraId, RecentPatterns>();

  /**
   * The facts of a frame in the light of those before it.
   * @param enough Further than this is a pattern of its own.
   */
  observe(observed: Observed, enough: number): Omit<Facts, 'requested' | 'disagreed'> {
    const { frameId, camera, slot, label, scores } = observed;
    const pattern = toPattern(observed.embedding ?? scores);
    const mix = this.#mixes.get(slot) ?? NO_MIX;
    const recent = this.#recent.get(camera) ?? [];
    const distance = distanceToRecent(recent, pattern);
    this.#mixes.set(slot, countClass(mix, label));
    this.#recent.set(camera, rememberPattern(recent, pattern, distance, enough));
    return {
      frameId,
      ...uncertaintyOf(scores),
      classShare: shareOf(mix, label),
      classFrames: mix.total,
      distance,
    };
  }
}
