import type { EpochMillis, OccurrenceId } from '@edgeloop/protocol';
import type { DecideConfig } from '../config/config.ts';
import { decideFrame, type FrameState } from './decide-frame.ts';
import { closeOccurrence, decideOccurrence, NOTHING_SEEN } from './decide-occurrence.ts';
import { type Classified, type Decided, nothingOpen, type SceneState } from './decision.ts';

interface Outcome {
  readonly events: readonly Decided[];
  readonly scene: SceneState;
}

/** Decide with its state: frames in, events and the scene out. */
export interface Decider {
  /**
   * An occurrence has begun that has not ended; of single frames: a label may stand somewhere as
   * what was seen last, at first one that an agent before has told.
   */
  readonly isOpen: boolean;
  frame(frame: Classified): Outcome;
  /** No more frames: what is open ends, and nothing is known of what stands there. */
  close(at: EpochMillis): Outcome;
}

/** @param newId A new UUID at each call. */
export function createDecider(
  config: DecideConfig,
  classes: readonly string[],
  newId: () => OccurrenceId,
): Decider {
  if (config.mode === 'frame') {
    let state: FrameState = null;
    let isOpen = true;
    return {
      get isOpen() {
        return isOpen;
      },
      frame: (frame) => {
        const decision = decideFrame(classes, state, frame);
        state = decision.state;
        isOpen = true;
        return decision;
      },
      close: (since) => {
        state = null;
        isOpen = false;
        return { events: [], scene: nothingOpen(since) };
      },
    };
  }
  let state = NOTHING_SEEN;
  return {
    get isOpen() {
      return state.open !== null;
    },
    frame: (frame) => {
      const decision = decideOccurrence(config, classes, state, frame, newId());
      state = decision.state;
      return decision;
    },
    close: (since) => {
      const closed = closeOccurrence(classes, state);
      state = closed.state;
      return { events: closed.events, scene: nothingOpen(since) };
    },
  };
}
