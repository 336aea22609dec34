import type { JobSummary, JobView } from '../../resources/job.ts';
import { type Column, digest, percent, state, when } from '../output/cell.ts';
import { duration } from '../output/relative-time.ts';

type Progress = NonNullable<JobSummary['progress']>;

/** `Training, epoch 3 of 20, loss 0.412, accuracy 91.0 %, 2 min left` */
export function describeProgress(progress: Progress): string {
  const { phase, epoch, epochs, loss, accuracy, secondsLeft } = progress;
  return [
    phase,
    ...(epoch === null ? [] : [`epoch ${epoch} of ${epochs ?? '?'}`]),
    ...(loss === null ? [] : [`loss ${loss.toFixed(3)}`]),
    ...(accuracy === null ? [] : [`accuracy ${percent(accuracy)}`]),
    ...(secondsLeft === null ? [] : [`${duration(Math.round(secondsLeft))} left`]),
  ].join(', ');
}

const gate = ({ candidate }: JobSummary) =>
  candidate === null ? null : state(candidate ? 'ok' : 'refused');

export const JOB_COLUMNS: readonly Column<JobSummary>[] = [
  { head: 'JOB', cell: ({ job }) => job, keep: true },
  { head: 'TASK', cell: ({ task }) => task },
  { head: 'STATE', cell: ({ state: word }) => state(word) },
  { head: 'DATASET', cell: ({ dataset }) => dataset.version, right: true },
  { head: 'WHY', cell: ({ trigger }) => trigger.reason },
  { head: 'PROGRESS', cell: ({ progress }) => progress && describeProgress(progress) },
  { head: 'GATE', cell: gate },
  { head: 'CREATED', cell: ({ createdAt }) => when(createdAt) },
];

export const JOB_FIELDS: readonly Column<JobView>[] = [
  ...JOB_COLUMNS,
  { head: 'BY', cell: ({ createdBy }) => createdBy },
  { head: 'ATTEMPTS', cell: ({ attempts, maxAttempts }) => `${attempts} of ${maxAttempts}` },
  { head: 'TRAINER', cell: ({ trainer }) => trainer },
  { head: 'STARTED', cell: ({ startedAt }) => when(startedAt) },
  { head: 'ENDED', cell: ({ endedAt }) => when(endedAt) },
  { head: 'REASON', cell: ({ reason }) => reason },
  { head: 'MODEL', cell: ({ package: made }) => digest(made) },
];

export const EPOCH_COLUMNS: readonly Column<JobView['epochs'][number]>[] = [
  { head: 'EPOCH', cell: ({ epoch }) => epoch, right: true },
  { head: 'LOSS', cell: ({ loss }) => loss.toFixed(4), right: true },
  { head: 'ACCURACY', cell: ({ accuracy }) => percent(accuracy), right: true },
  { head: 'VALIDATION LOSS', cell: ({ validationLoss }) => validationLoss.toFixed(4), right: true },
  {
    head: 'VALIDATION ACCURACY',
    cell: ({ validationAccuracy }) => percent(validationAccuracy),
    right: true,
  },
];

export const CHECK_COLUMNS: readonly Column<NonNullable<JobView['verdict']>['checks'][number]>[] = [
  { head: 'CHECK', cell: ({ name }) => name },
  { head: 'VERDICT', cell: ({ passed }) => state(passed ? 'ok' : 'failed') },
  { head: 'WHY', cell: ({ reason }) => reason },
];
