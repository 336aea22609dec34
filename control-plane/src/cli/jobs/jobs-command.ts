import { type Command, InvalidArgumentError, Option } from 'commander';
import type { JobPage, JobView, NewJob } from '../../resources/job.ts';
import { count } from '../arguments/count.ts';
import { readJson } from '../arguments/read-json.ts';
import type { Cli } from '../cli.ts';
import { collectPages, type PageOptions, withPaging } from '../client/collect-pages.ts';
import { OF_ID } from '../client/resolve-id.ts';
import { addJobLog } from './add-job-log.ts';
import { addTrainers } from './add-trainers.ts';
import { JOB_COLUMNS } from './job-columns.ts';
import { printJob } from './print-job.ts';
import { resolveJob } from './resolve-job.ts';
import { watchJob } from './watch-job.ts';

interface CreateOptions {
  readonly dataset?: number;
  readonly priority?: number;
  readonly spec?: string;
  readonly watch?: boolean;
}

interface ListOptions extends PageOptions {
  readonly task?: string;
  readonly state?: string;
}

const STATES = ['queued', 'leased', 'running', 'succeeded', 'failed', 'cancelled'];
const WATCH = 'tell each epoch, until it has ended';

/** `edgeloop jobs`: trainings. */
export function addJobs(jobs: Command, cli: Cli): void {
  jobs
    .command('create')
    .description('train a task on a dataset version')
    .argument('<task>', 'its name')
    .option('--dataset <version>', 'the newest unless told otherwise', count)
    .option('--priority <n>', 'over other jobs: -100 to 100', priority)
    .option('--spec <file>', 'more, as JSON, as POST /api/jobs takes it: recipe, init, gate …')
    .option('--watch', WATCH)
    .action(async (task: string, { dataset, priority: over, spec, watch }: CreateOptions) => {
      const more = spec === undefined ? {} : await readJson(spec, cli.surroundings.stdin);
      const json = {
        ...(more as Partial<NewJob>),
        task,
        ...(dataset !== undefined && { datasetVersion: dataset }),
        ...(over !== undefined && { priority: over }),
      };
      const api = await cli.api();
      const made = await api.askJson<JobView>('POST /api/jobs', { json });
      if (watch) await watchJob(cli, api, made.job);
      else await printJob(cli, made);
    });

  withPaging(jobs.command('list'))
    .description('training jobs, newest first')
    .option('--task <task>', 'of this task alone')
    .addOption(new Option('--state <state>', 'in this state alone').choices(STATES))
    .action(async ({ task, state, ...page }: ListOptions) => {
      const found = await collectPages<JobPage>(await cli.api(), 'GET /api/jobs', 'jobs', {
        ...page,
        query: { task, state },
      });
      await cli.print(found, (sheet) =>
        sheet
          .table(found.jobs, JOB_COLUMNS, 'There is none. edgeloop jobs create starts one.')
          .more(found.next),
      );
    });

  jobs
    .command('show')
    .description("one job: how far it is, its curve, the gate's verdict with its reasons")
    .argument('<job>', OF_ID)
    .option('--watch', WATCH)
    .action(async (given: string, { watch }: { readonly watch?: boolean }) => {
      const api = await cli.api();
      const job = await resolveJob(api, given);
      if (watch) return watchJob(cli, api, job);
      await printJob(cli, await api.askJson('GET /api/jobs/{job}', { path: { job } }));
    });

  jobs
    .command('cancel')
    .description('end a job that waits or runs; its trainer stops at its next heartbeat')
    .argument('<job>', OF_ID)
    .action(async (given: string) => {
      const api = await cli.api();
      const job = await resolveJob(api, given);
      await cli.confirm(`Job ${job} ends; what it has trained since its checkpoint is lost.`);
      await printJob(cli, await api.askJson('POST /api/jobs/{job}/cancel', { path: { job } }));
    });

  jobs
    .command('retry')
    .description('try a job again that failed or was cancelled, from its checkpoint if it has one')
    .argument('<job>', OF_ID)
    .option('--watch', WATCH)
    .action(async (given: string, { watch }: { readonly watch?: boolean }) => {
      const api = await cli.api();
      const job = await resolveJob(api, given);
      const view = await api.askJson<JobView>('POST /api/jobs/{job}/retry', { path: { job } });
      if (watch) await watchJob(cli, api, job);
      else await printJob(cli, view);
    });

  addJobLog(jobs, cli);
  addTrainers(jobs, cli);
}

function priority(text: string): number {
  if (/^-?\d{1,3}$/.test(text) && Math.abs(Number(text)) <= 100) return Number(text);
  throw new InvalidArgumentError('Expected a whole number from -100 to 100.');
}
