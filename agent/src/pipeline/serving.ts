import { createDecider, type Decider } from '../decide/decider.ts';
import type { ModelCounters } from '../health/counters.ts';
import type { ModelSlot } from '../model/model-slot.ts';
import type { CameraPipelineOptions } from './camera-pipeline-options.ts';

/** A model that decides for a camera, and what is known of it. */
export interface Serving {
  readonly slot: ModelSlot;
  readonly decider: Decider;
  readonly counters: ModelCounters;
}

/** With nothing seen yet. */
export function servingOf(
  { decide, newId, modelCounters }: CameraPipelineOptions,
  slot: ModelSlot,
): Serving {
  return {
    slot,
    decider: createDecider(decide, slot.loaded.classes, newId),
    counters: modelCounters(slot.served),
  };
}
