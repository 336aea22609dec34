import { EdgeloopError, type JobOutcome } from '@edgeloop/protocol';
import { Refusal } from './refusal.ts';

/** What ended a job, as the control plane is told. */
export type Failure = Omit<Extract<JobOutcome, { kind: 'failed' }>, 'lease' | 'kind'>;

/** A failure that another process told. */
export class JobFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** What another machine, or this one later, may not run into. */
const PASSING = new Set([
  ...['OUT_OF_MEMORY', 'FIT_DIED', 'FIT_INTERRUPTED', 'SESSION_FAILED', 'SESSION_DEADLINE'],
  ...['MODEL_NOT_FOUND', 'PROVIDER_MISSING', 'UPLOAD_UNREADABLE'],
]);

/** How a job ends that an error ended. */
export function failureOf(error: unknown): Failure {
  if (error instanceof JobFailure) return error.failure;
  const message = (error as Error).message.slice(0, 4000);
  // First: in the process that trains it is the cause of another.
  if (isDiskFull(error)) {
    return {
      code: 'DISK_FULL',
      message: `Expected room on the trainer's disk: ${message}`,
      passing: true,
    };
  }
  if (error instanceof Refusal) return { code: error.problem, message, passing: error.passing };
  if (error instanceof EdgeloopError) {
    return { code: error.code, message, passing: PASSING.has(error.code) };
  }
  // Nobody foresaw it: perhaps it was this machine.
  return { code: 'UNEXPECTED', message, passing: true };
}

function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code = '' } = error as NodeJS.ErrnoException;
  return ['ENOSPC', 'EDQUOT'].includes(code) || isDiskFull(error.cause);
}
