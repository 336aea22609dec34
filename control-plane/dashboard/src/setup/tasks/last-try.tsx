import { Link } from 'wouter-preact';
import type { LabelProgressView } from '../../../../src/resources/label-progress.ts';
import { path } from '../../api/path.ts';
import { useResource } from '../../api/use-resource.ts';
import { Ago } from '../../ui/ago.tsx';
import { dateTime, plural } from '../../ui/format.ts';

/** What comes due by the clock is seen so often, in ms. */
const EVERY = 20_000;

/** What came of the last try of a task's triggers, and when the next one is. */
export function LastTry({ task }: { task: string }) {
  const progress = useResource<LabelProgressView>(path`/api/tasks/${task}/progress`, {
    every: EVERY,
    on: ['job.changed', 'dataset.created'],
  });
  const training = progress.value?.training;
  if (!training) return null;
  const { lastTry } = training;
  return (
    <p class="caption">
      {lastTry === null ? (
        'None of them has tried to start a training yet.'
      ) : (
        <>
          Last try <Ago at={lastTry.at} />: {lastTry.trigger.reason} <Outcome of={lastTry} />
        </>
      )}{' '}
      {nextInWords(training)}
    </p>
  );
}

type Training = LabelProgressView['training'];

function Outcome({ of: { job, refusal } }: { of: NonNullable<Training['lastTry']> }) {
  if (refusal) return <span class="strong">No training was started: {refusal.message}</span>;
  return job && <Link href={path`/models/jobs/${job}`}>A training was started.</Link>;
}

/** "Next try: 29 Nov 2026, 02:30, or after 20 more labels." */
function nextInWords({ active, nextAt, left }: Training): string {
  if (active) return 'The next try is when the training that waits or runs has ended.';
  const when = [
    ...(nextAt === null ? [] : [dateTime(nextAt)]),
    ...(left ? [`after ${plural(left, 'more label')}`] : []),
  ];
  return when.length === 0 ? '' : `Next try: ${when.join(', or ')}.`;
}
