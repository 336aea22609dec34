import { type CameraId, type Health, type Sha256, servedModel } from '@edgeloop/protocol';
import { type Counters, countersOf, countInference, newCounters } from '../../health/counters.ts';
import type { DrawnFrame } from '../scene/draw-frame.ts';

export const CAMERA = 'cam0' as CameraId;

/** What a simulated device counts from one start to the next, with the agent's own counters. */
export class DeviceCounters {
  readonly #counters: Counters = newCounters([CAMERA]);

  /**
   * @param model that made it; its counters begin with its first frame, as the agent's do with its
   * slot
   */
  count(model: Sha256, { label, score, inferenceMillis }: DrawnFrame): void {
    const camera = this.#counters.cameras.get(CAMERA)!;
    camera.captured += 1;
    camera.classified += 1;
    const counters = countersOf(this.#counters, servedModel(model, undefined));
    countInference(counters, inferenceMillis, label, score);
  }

  get cameras(): Health['cameras'] {
    return Object.fromEntries(this.#counters.cameras);
  }

  get models(): Health['models'] {
    return Object.fromEntries(
      Array.from(this.#counters.models, ([digest, model]) => [
        digest,
        { ...model, processRestarts: 0 },
      ]),
    );
  }
}
