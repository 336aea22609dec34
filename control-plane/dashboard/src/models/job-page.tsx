import { Link, useParams } from 'wouter-preact';
import type { JobView } from '../../../src/resources/job.ts';
import { path, withQuery } from '../api/path.ts';
import { useResource } from '../api/use-resource.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { MissingPage } from '../ui/missing-page.tsx';
import { Page, Section } from '../ui/page.tsx';
import { TrainingCurves } from './figures/training-curves.tsx';
import { VerdictList } from './figures/verdict-list.tsx';
import { JobActions } from './jobs/job-actions.tsx';
import { JobFacts } from './jobs/job-facts.tsx';
import { JobLog } from './jobs/job-log.tsx';
import { JobProgress } from './jobs/job-progress.tsx';
import './model/model.css';

/** One training: how far it is, its curves, what its trainer says, and what came of it. */
export function JobPage() {
  const { job = '' } = useParams<{ job: string }>();
  const { value, problem, reload } = useResource<JobView>(path`/api/jobs/${job}`, {
    on: ['job.changed', 'job.progress'],
    concerns: ({ subject }) => subject.job === job,
  });
  if (!value) {
    return (
      <MissingPage
        title="Training"
        kind="training"
        list={{ href: '/models', name: 'Models' }}
        problem={problem}
        retry={reload}
      >
        Its address may be mistyped.
      </MissingPage>
    );
  }
  const { task, dataset, verdict } = value;
  return (
    <Page
      title={`Training on dataset version ${dataset.version}`}
      above={<Link href={withQuery('/models', { task })}>Models of {task}</Link>}
      actions={
        <>
          <JobActions job={value} onDone={reload} />
          {value.package && (
            <Link class="button button-primary" href={path`/models/${value.package}`}>
              Its model
            </Link>
          )}
        </>
      }
    >
      {problem && <ErrorNote what="It was not read again." error={problem} retry={reload} />}
      <JobFacts job={value} />
      <JobProgress job={value} />
      <Section title="Curves">
        <TrainingCurves epochs={value.epochs} />
      </Section>
      {verdict && (
        <Section title="What the gate said">
          <VerdictList verdict={verdict} />
        </Section>
      )}
      <Section title="Log">
        <JobLog key={job} job={job} />
      </Section>
    </Page>
  );
}
