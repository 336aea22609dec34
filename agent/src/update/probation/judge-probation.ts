import type { Millis } from '@edgeloop/protocol';

/** What a model has shown since it decides. */
export interface ProbationFigures {
  readonly elapsed: Millis;
  readonly classified: number;
  /** Frames whose inference failed or was late. */
  readonly failed: number;
  /** Of its process. */
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

/** Of all frames so many may fail. */
const MAX_FAILED_SHARE = 0.1;
/** A process that ends so often is not tried any longer. */
const MAX_RESTARTS = 3;

/** Fails closed: what was not shown by the deadline was not shown. */
export function judgeProbation(
  { elapsed, classified, failed, restarts, brokerReached }: ProbationFigures,
  { deadline, frames }: ProbationRules,
): ProbationVerdict {
  if (restarts >= MAX_RESTARTS) {
    return { failed: `its process ended ${restarts} times` };
  }
  const share = failed / Math.max(1, classified + failed);
  if (classified + failed >= frames && share > MAX_FAILED_SHARE) {
    return { failed: `${failed} of ${classified + failed} frames failed` };
  }
  if (classified >= frames && restarts === 0 && brokerReached) return 'passed';
  if (elapsed < deadline) return 'undecided';
  if (classified < frames) {
    return { failed: `it classified ${classified} frames, of at least ${frames}` };
  }
  if (restarts > 0) return { failed: `its process ended ${restarts} times` };
  return { failed: 'the broker was not reached with it' };
}
