import { Link } from 'wouter-preact';
import type { JobSummary } from '../../../../src/resources/job.ts';
import { path } from '../../api/path.ts';
import { Ago } from '../../ui/ago.tsx';
import { State } from '../../ui/state.tsx';
import { JobActions } from './job-actions.tsx';
import './job-list.css';
import { JobProgress } from './job-progress.tsx';
import { jobInWords } from './job-words.ts';

/** Trainings, those under way with how far they are. */
export function JobList({ jobs, onChange }: { jobs: readonly JobSummary[]; onChange: () => void }) {
  return (
    <ul class="job-list">
      {jobs.map((job) => {
        const { kind, text } = jobInWords(job);
        return (
          <li key={job.job} class="job-line">
            <div class="job-words">
              <State kind={kind}>{text}</State>
              <Link href={path`/models/jobs/${job.job}`}>
                dataset version {job.dataset.version}
              </Link>
              <span class="caption">
                <Ago at={job.endedAt ?? job.startedAt ?? job.createdAt} /> · {job.trigger.reason}
              </span>
            </div>
            <JobProgress job={job} />
            <div class="job-actions">
              {job.package && <Link href={path`/models/${job.package}`}>its model</Link>}
              <JobActions job={job} onDone={onChange} />
            </div>
          </li>
        );
      })}
    </ul>
  );
}
