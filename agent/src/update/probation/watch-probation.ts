import { setTimeout as delay } from 'node:timers/promises';
import { type Millis, millis, type Sha256 } from '@edgeloop/protocol';
import { UpdateError } from '../update-error.ts';
import { judgeProbation, type ProbationRules } from './judge-probation.ts';
import { easierRules } from './probation-rules.ts';

export interface ProbationWatch {
  /**
   * As they are now; the easiest of all count.
   * @param slowest that `interval` was since the model decides
   */
  readonly rules: (slowest: Millis) => ProbationRules;
  /** Least time from one inference of a camera to its next: a hot device slows down. */
  readonly interval: () => Millis;
  /** Of the model in probation, since it was loaded. */
  readonly shown: () => {
    readonly classified: number;
    readonly failed: number;
    readonly restarts: number;
  };
  /**
   * Whether every camera is off: of that time nothing counts, since no model could show anything.
   */
  readonly resting: () => boolean;
  readonly connected: () => boolean;
  readonly monotonic: () => Millis;
}

/** How often it is looked at. */
const LOOK = 100;

/**
 * Resolves when the model has shown that it can.
 * @throws UpdateError `PROBATION_FAILED`; the signal's reason when that aborts
 */
export async function watchProbation(
  model: Sha256,
  { rules, interval, shown, resting, connected, monotonic }: ProbationWatch,
  signal: AbortSignal,
): Promise<void> {
  let elapsed = millis(0);
  let lookedAt = monotonic();
  let brokerReached = false;
  let slowest = interval();
  let asked = rules(slowest);
  for (;;) {
    brokerReached ||= connected();
    const now = monotonic();
    if (!resting()) elapsed = millis(elapsed + now - lookedAt);
    lookedAt = now;
    slowest = millis(Math.max(slowest, interval()));
    asked = easierRules(asked, rules(slowest));
    const verdict = judgeProbation({ ...shown(), elapsed, brokerReached }, asked);
    if (verdict === 'passed') return;
    if (verdict !== 'undecided') {
      throw new UpdateError(
        'PROBATION_FAILED',
        `Expected ${model} to show within ${asked.deadline / 1000} s that it can: ${verdict.failed}.`,
        { retry: false },
      );
    }
    await delay(LOOK, undefined, { signal });
  }
}
