import type { CameraId, Health, Millis, ServedModel } from '@edgeloop/protocol';
import type { Counters } from './counters.ts';
import { figuresBetween, type Reading, readCounters } from './lately.ts';

/** Figures over less would jump. */
const SHORTEST = 2_000;

/**
 * What the cameras did of late, for whoever asks whenever they ask: nothing is counted meanwhile.
 */
export class RecentFigures {
  readonly #counters: Counters;
  readonly #modelOf: (camera: CameraId) => ServedModel;
  #last: Reading;
  #figures: NonNullable<Health['lately']> = {};

  /** @param now by the monotonic clock */
  constructor(counters: Counters, modelOf: (camera: CameraId) => ServedModel, now: Millis) {
    this.#counters = counters;
    this.#modelOf = modelOf;
    this.#last = readCounters(counters, now);
  }

  /** Since somebody asked last, at least two seconds ago. */
  at(now: Millis): NonNullable<Health['lately']> {
    if (now - this.#last.at >= SHORTEST) {
      const reading = readCounters(this.#counters, now);
      this.#figures = figuresBetween(this.#last, reading, this.#modelOf);
      this.#last = reading;
    }
    return this.#figures;
  }
}
