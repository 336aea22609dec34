import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import type { DatasetPage, DatasetView } from '../../../../src/resources/dataset.ts';
import type { JobPage } from '../../../../src/resources/job.ts';
import type { ModelPage } from '../../../../src/resources/model.ts';
import type { TaskView } from '../../../../src/resources/task.ts';
import { path, withQuery } from '../../api/path.ts';
import { useMore } from '../../api/use-more.ts';
import { type Resource, useResource } from '../../api/use-resource.ts';
import { may } from '../../session/session-state.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { ShowMore } from '../../ui/show-more.tsx';
import { JobList } from '../jobs/job-list.tsx';
import { isActive } from '../jobs/job-words.ts';
import { TrainDialog } from '../train/train-dialog.tsx';
import { DatasetList } from './dataset-list.tsx';
import { NoModel } from './no-task.tsx';
import { Pair } from './pair.tsx';
import { VersionList } from './version-list.tsx';

interface TaskModelsProps {
  readonly task: TaskView;
  /** Beside the heading: which task. */
  readonly chooser: ComponentChildren;
}

/** Trainings that have ended, of which the newest are shown. */
const ENDED = 8;

/** What a task has: trainings under way, champion and candidate, every version, every dataset. */
export function TaskModels({ task: view, chooser }: TaskModelsProps) {
  const { task } = view;
  const [training, setTraining] = useState<{ dataset: DatasetView | null } | null>(null);
  const ofTask = {
    concerns: (event: { subject: { task?: string } }) => event.subject.task === task,
  };
  const listed = useMore<ModelPage>(
    '/api/models',
    { task },
    {
      on: ['alias.changed', 'model.registered', 'model.refused', 'model.removed'],
      ...ofTask,
    },
  );
  const jobs = useResource<JobPage>(withQuery('/api/jobs', { task, limit: 50 }), {
    on: ['job.changed', 'job.progress'],
    ...ofTask,
  });
  const frozen = useMore<DatasetPage>(
    path`/api/tasks/${task}/datasets`,
    {},
    {
      on: ['dataset.created'],
      ...ofTask,
    },
  );
  const models = listed.page?.models;
  const datasets = frozen.page?.datasets;
  const alias = (name: string) => view.aliases.find((each) => each.alias === name)?.digest ?? null;
  const [champion, candidate] = [alias('champion'), alias('candidate')];
  const all = jobs.value?.jobs ?? [];
  const ended = all.filter((job) => !isActive(job));
  const active = all.filter(isActive);
  // A failure stands first until something newer has ended: nobody should have to look for it.
  const urgent = [...active, ...ended.slice(0, 1).filter(({ state }) => state === 'failed')];
  const past = ended.filter((job) => !urgent.includes(job)).slice(0, ENDED);
  const rival = candidate === champion ? null : candidate;
  const train = (dataset: DatasetView | null = null) => setTraining({ dataset });
  const operates = may('operator');
  useShortcuts(operates ? [{ key: 't', does: 'Train a model', run: () => train() }] : []);
  return (
    <Page
      title="Models"
      actions={
        <>
          {chooser}
          {operates && (
            <Button kind={rival ? 'plain' : 'primary'} onClick={() => train()}>
              Train…
            </Button>
          )}
          {operates && rival && (
            <Link
              class="button button-primary"
              href={withQuery('/rollouts/new', { task, model: rival })}
            >
              Roll out the candidate
            </Link>
          )}
        </>
      }
    >
      <Problems of={[listed, jobs, frozen]} />
      {models?.length === 0 && (
        <NoModel task={task} dataset={datasets?.[0]} onTrain={() => train()} />
      )}
      {urgent.length > 0 && (
        <Section title={active.length > 0 ? 'Training now' : 'The last training failed'}>
          <JobList jobs={urgent} onChange={jobs.reload} />
        </Section>
      )}
      {(champion || rival) && (
        <Pair classes={view.classes} {...{ champion, candidate: rival, models }} />
      )}
      {models && models.length > 0 && (
        <Section title="Versions">
          {!champion && (
            <p class="caption">
              No version is champion yet: open one and make it champion, so that the gate has
              something to compare with.
            </p>
          )}
          <VersionList models={models} />
          <ShowMore
            {...listed}
            label="Show older versions"
            command={`edgeloop models list --task ${task} --limit all`}
          />
        </Section>
      )}
      {past.length > 0 && (
        <Section title="Trainings">
          <JobList jobs={past} onChange={jobs.reload} />
        </Section>
      )}
      <DatasetList task={view} frozen={frozen} onTrain={train} />
      {training && (
        <TrainDialog
          task={task}
          dataset={training.dataset}
          newest={datasets ?? []}
          jobs={all}
          onClose={() => setTraining(null)}
        />
      )}
    </Page>
  );
}

function Problems({ of }: { of: readonly Pick<Resource<unknown>, 'problem' | 'reload'>[] }) {
  const failed = of.find(({ problem }) => problem !== null);
  if (!failed?.problem) return null;
  return (
    <ErrorNote
      what="Not everything was read."
      error={failed.problem}
      retry={() => {
        for (const { reload } of of) reload();
      }}
    />
  );
}
