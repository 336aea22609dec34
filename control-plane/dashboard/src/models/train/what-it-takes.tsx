import type { DatasetView } from '../../../../src/resources/dataset.ts';
import type { JobSummary, JobView } from '../../../../src/resources/job.ts';
import { path } from '../../api/path.ts';
import { useResource } from '../../api/use-resource.ts';
import { duration, plural } from '../../ui/format.ts';
import { effortOf, estimateMillis } from './training-estimate.ts';

interface WhatItTakesProps {
  readonly recipe: { readonly size: number; readonly epochs: number };
  /** On the train side. */
  readonly pictures: number;
  readonly datasets: readonly DatasetView[];
  readonly jobs: readonly JobSummary[];
}

/** How long it may take, from how long the last one took. */
export function WhatItTakes({ recipe, pictures, datasets, jobs }: WhatItTakesProps) {
  const last = jobs.find(
    ({ state, startedAt, endedAt }) => state === 'succeeded' && startedAt && endedAt,
  );
  const { value: job } = useResource<JobView>(last ? path`/api/jobs/${last.job}` : null);
  const before = datasets.find(({ number }) => number === last?.dataset.version);
  if (!last?.startedAt || !last.endedAt || !job || !before) {
    return (
      <p class="caption">
        How long it takes is known after the first training: on a processor minutes to hours, on a
        GPU a fifth of it.
      </p>
    );
  }
  const millis = Date.parse(last.endedAt) - Date.parse(last.startedAt);
  const effort = effortOf(job.recipe, before.counts.train);
  const expected = estimateMillis(effortOf(recipe, pictures), { effort, millis });
  return (
    <p>
      About <span class="strong">{duration(expected)}</span>
      <span class="caption">
        {` if it goes as the last one: ${plural(effort.pictures, 'picture')}, ${plural(effort.epochs, 'epoch')} at ${effort.size} pixels took ${duration(millis)} on ${last.trainer}.`}
      </span>
    </p>
  );
}
