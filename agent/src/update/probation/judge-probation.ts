import type { Millis } from '@edgeloop/protocol';
import { counted } from '@edgeloop/protocol/counted';

/** What a model has shown since it decides. */
export interface ProbationFigures {
  readonly elapsed: Millis;
  readonly classified: number;
  /** Frames whose inference failed or was late. */
  readonly failed: number;
  /** Restarts of the model's process. */
  readonly restarts: number;
  /** The broker was there, be it for a moment. */
  readonly brokerReached: boolean;
}

/** What it must show, and by when. */
export interface ProbationRules {
  readonly deadline: Millis;
  /** At least so many frames classified. */
  readonly frames: number;
}

export type ProbationVerdict = 'undecided' | 'passed' | { readonly failed: string };

/** The largest share of frames that may fail, 0 to 1. */
const MAX_FAILED_SHARE = 0.1;
/** Before the deadline, a share of fewer frames says nothing. */
const MIN_SEEN = 10;
/** A process that ends so often is not tried any longer. */
const MAX_RESTARTS = 3;

/** Fails closed: what was not shown by the deadline was not shown. */
export function judgeProbation(
  { elapsed, classified, failed, restarts, brokerReached }: ProbationFigures,
  { deadline, frames }: ProbationRules,
): ProbationVerdict {
  if (restarts >= MAX_RESTARTS) {
    return { failed: `its process ended ${counted(restarts, 'time')}` };
  }
  const late = elapsed >= deadline;
  const seen = classified + failed;
  const fails = failed / Math.max(1, seen) > MAX_FAILED_SHARE;
  if (fails && (late || seen >= Math.max(frames, MIN_SEEN))) {
    return { failed: `${failed} of ${seen} frames failed` };
  }
  if (classified >= frames && !fails && restarts === 0 && brokerReached) return 'passed';
  if (!late) return 'undecided';
  if (classified < frames) {
    return { failed: `it classified ${counted(classified, 'frame')}, of at least ${frames}` };
  }
  if (restarts > 0) return { failed: `its process ended ${counted(restarts, 'time')}` };
  return { failed: 'the broker was not reached with it' };
}
