import type { JobSummary } from '../../../../src/resources/job.ts';
import type { TrainerView } from '../../../../src/resources/trainer.ts';

interface Words {
  /** As `State` shows it. */
  readonly kind: 'good' | 'warn' | 'bad';
  readonly text: string;
  /** Another trainer must be started. */
  readonly start: boolean;
}

/** Whether a job would be taken at once, later, or by nobody. */
export function trainersInWords(
  trainers: readonly TrainerView[],
  requires: JobSummary['requires'],
): Words {
  const able = trainers.filter(({ has }) => has === null || suffices(has, requires));
  const free = able.filter(({ job }) => job === null);
  const [first] = free;
  if (first) {
    const more = free.length > 1 ? ` and ${free.length - 1} more wait` : ' waits';
    return { kind: 'good', start: false, text: `${first.trainer}${more} for a job.` };
  }
  const [busy] = able;
  if (busy) {
    const text = `${busy.trainer} is at another job: this one waits until it is done.`;
    return { kind: 'warn', start: false, text };
  }
  const text =
    trainers.length === 0
      ? 'No trainer asks for jobs. The job waits until one does; start it on any machine that reaches this address:'
      : `No trainer has ${requires.gpu ? 'the GPU' : 'the memory'} that the task's settings ask for. Start one on a machine that has:`;
  return { kind: 'bad', start: true, text };
}

const suffices = (has: JobSummary['requires'], requires: JobSummary['requires']) =>
  (has.gpu || !requires.gpu) && has.memoryBytes >= requires.memoryBytes;
