import type { JobSummary } from '../../../../src/resources/job.ts';

interface Words {
  /** As `State` shows it. */
  readonly kind: 'good' | 'warn' | 'bad' | 'idle' | 'active';
  readonly text: string;
}

type Told = Pick<JobSummary, 'state' | 'candidate' | 'notBefore'>;

/** Where a job is, as a person says it. */
export function jobInWords({ state, candidate, notBefore }: Told): Words {
  switch (state) {
    case 'queued':
      return notBefore
        ? { kind: 'warn', text: 'tries again later' }
        : { kind: 'idle', text: 'waits for a trainer' };
    case 'leased':
      return { kind: 'active', text: 'begins' };
    case 'running':
      return { kind: 'active', text: 'trains' };
    case 'succeeded':
      return candidate
        ? { kind: 'good', text: 'passed the gate' }
        : { kind: 'warn', text: 'not let through by the gate' };
    case 'failed':
      return { kind: 'bad', text: 'failed' };
    case 'cancelled':
      return { kind: 'idle', text: 'cancelled' };
  }
}

export const isActive = ({ state }: Pick<JobSummary, 'state'>): boolean =>
  state === 'queued' || state === 'leased' || state === 'running';

export const canRetry = ({ state }: Pick<JobSummary, 'state'>): boolean =>
  state === 'failed' || state === 'cancelled';

/** How much of the training is done, from 0 to 1; null: it does not say. */
export function shareDone(progress: JobSummary['progress']): number | null {
  if (!progress) return null;
  const { step, steps } = progress;
  return step === null || !steps ? null : Math.min(1, step / steps);
}
