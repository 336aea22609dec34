import type { CameraId } from '@edgeloop/protocol';
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
  readonly label: string;
  readonly scores: readonly number[];
  readonly embedding: ArrayLike<number> | null;
}

/**
 * Remembers what each camera saw, as far as policies ask for it: what is seldom before one is told
 * by its own frames, whatever another shows the same model. Since the agent started: it is soon
 * learnt again.
 */
export class Observer {
  readonly #mixes = new Map<CameraId, ClassMix>();
  readonly #recent = new Map<CameraId, RecentPatterns>();

  /**
   * The facts of a frame in the light of those before it.
   * @param enough Further than this is a pattern of its own.
   */
  observe(observed: Observed, enough: number): Omit<Facts, 'requested' | 'disagreed'> {
    const { frameId, camera, label, scores } = observed;
    const pattern = toPattern(observed.embedding ?? scores);
    const mix = this.#mixes.get(camera) ?? NO_MIX;
    const recent = this.#recent.get(camera) ?? [];
    const distance = distanceToRecent(recent, pattern);
    this.#mixes.set(camera, countClass(mix, label));
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
