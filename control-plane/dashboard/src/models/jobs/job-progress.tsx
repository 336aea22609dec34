import type { JobSummary } from '../../../../src/resources/job.ts';
import { duration, number, percent } from '../../ui/format.ts';
import './job-progress.css';
import { isActive, shareDone } from './job-words.ts';

/** How far a job is, with what its trainer says; why it ended otherwise. */
export function JobProgress({ job }: { job: JobSummary }) {
  const { progress, reason } = job;
  if (!isActive(job)) return reason ? <p class="job-reason">{reason}</p> : null;
  const done = shareDone(progress);
  return (
    <div class="job-progress">
      <progress
        aria-label="How far the training is"
        max={1}
        {...(done === null ? {} : { value: done })}
      />
      <p class="caption">{wordsOf(job, done)}</p>
    </div>
  );
}

function wordsOf(
  { progress, trainer, notBefore, reason }: JobSummary,
  done: number | null,
): string {
  if (!progress) {
    if (notBefore) return `${reason ?? 'It broke.'} It is tried again by itself.`;
    return trainer ? `${trainer} has it.` : 'No trainer has taken it yet.';
  }
  const { phase, epoch, epochs, imagesPerSecond, secondsLeft } = progress;
  return [
    phase,
    done === null ? null : percent(done, 0),
    epoch === null ? null : `epoch ${epoch} of ${epochs}`,
    imagesPerSecond === null ? null : `${number(imagesPerSecond, 0)} pictures a second`,
    secondsLeft === null ? null : `${duration(1000 * secondsLeft)} left`,
    trainer && `on ${trainer}`,
  ]
    .filter(Boolean)
    .join(' · ');
}
