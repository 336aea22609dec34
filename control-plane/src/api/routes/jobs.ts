import { Ids, type JobId, type TaskId } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { nameOf } from '../../access/roles.ts';
import type { JobLog } from '../../jobs/job-log.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import type { SettingsStore } from '../../jobs/settings-store.ts';
import type { TrainerRoster } from '../../jobs/trainer-roster.ts';
import type { TrainingJobs } from '../../jobs/training-jobs.ts';
import { TrainingSettings } from '../../jobs/training-settings.ts';
import {
  JobLogPage,
  JobLogQuery,
  JobPage,
  JobQuery,
  JobView,
  NewJob,
} from '../../resources/job.ts';
import { TrainerList } from '../../resources/trainer.ts';
import { checkIfMatch } from '../hooks/entity-tags.ts';
import { PROBLEMS } from '../problem.ts';

export interface JobParts {
  readonly jobs: JobStore;
  readonly jobLog: JobLog;
  readonly trainingJobs: TrainingJobs;
  readonly trainingSettings: SettingsStore;
  readonly roster: TrainerRoster;
}

const OneJob = Type.Object({ job: Ids.job });
const OneTask = Type.Object({ task: Ids.task });

/** Training jobs for people and their programs. What changes live: GET /api/events?job=… */
export function addJobRoutes(
  app: FastifyInstance,
  { jobs, jobLog, trainingJobs, trainingSettings, roster }: JobParts,
): void {
  app.post<{ Body: NewJob }>(
    '/api/jobs',
    {
      config: { role: 'operator', idempotent: true },
      schema: {
        operationId: 'createJob',
        summary: "Train on a dataset version; what is not said is as the task's settings say",
        tags: ['jobs'],
        body: NewJob,
        response: { 201: JobView, ...PROBLEMS },
      },
    },
    async ({ body, principal }, reply) => {
      const by = nameOf(principal);
      const trigger = { kind: 'by-hand', reason: `Asked for by ${by}.` } as const;
      return reply.code(201).send(await trainingJobs.create(body, by, trigger));
    },
  );

  app.get<{ Querystring: JobQuery }>(
    '/api/jobs',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listJobs',
        summary: 'Training jobs that fit every filter, newest first',
        tags: ['jobs'],
        querystring: JobQuery,
        response: { 200: JobPage, ...PROBLEMS },
      },
    },
    ({ query }) => jobs.list(query),
  );

  app.get<{ Params: { job: JobId } }>(
    '/api/jobs/:job',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'viewJob',
        summary: "One job: how far it is, its curve, and the gate's verdict with its reasons",
        tags: ['jobs'],
        params: OneJob,
        response: { 200: JobView, ...PROBLEMS },
      },
    },
    ({ params: { job } }) => jobs.view(job),
  );

  app.get<{ Params: { job: JobId }; Querystring: JobLogQuery }>(
    '/api/jobs/:job/log',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'readJobLog',
        summary: 'What its trainers said, oldest first, from a line on',
        tags: ['jobs'],
        params: OneJob,
        querystring: JobLogQuery,
        response: { 200: JobLogPage, ...PROBLEMS },
      },
    },
    ({ params: { job }, query }) => jobLog.read(job, query),
  );

  app.post<{ Params: { job: JobId } }>(
    '/api/jobs/:job/cancel',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'cancelJob',
        summary: 'End a job that waits or runs; its trainer stops at its next heartbeat',
        tags: ['jobs'],
        params: OneJob,
        response: { 200: JobView, ...PROBLEMS },
      },
    },
    ({ params: { job }, principal }) => trainingJobs.cancel(job, nameOf(principal)),
  );

  app.post<{ Params: { job: JobId } }>(
    '/api/jobs/:job/retry',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'retryJob',
        summary: 'Try a job again that failed or was cancelled, from its checkpoint if it has one',
        tags: ['jobs'],
        params: OneJob,
        response: { 200: JobView, ...PROBLEMS },
      },
    },
    ({ params: { job } }) => trainingJobs.retry(job),
  );

  app.get(
    '/api/trainers',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listTrainers',
        summary: 'Who takes jobs now, and what each has of a machine',
        tags: ['jobs'],
        response: { 200: TrainerList, ...PROBLEMS },
      },
    },
    async () => ({ trainers: await roster.list() }),
  );

  app.get<{ Params: { task: TaskId } }>(
    '/api/tasks/:task/training',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'viewTrainingSettings',
        summary: 'How a task is trained, what starts a training, and what the gate asks for',
        tags: ['jobs'],
        params: OneTask,
        response: { 200: TrainingSettings, ...PROBLEMS },
      },
    },
    ({ params: { task } }) => trainingSettings.view(task),
  );

  app.put<{ Params: { task: TaskId }; Body: TrainingSettings }>(
    '/api/tasks/:task/training',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'setTrainingSettings',
        summary: 'Change how a task is trained; jobs that are there stay as they are',
        tags: ['jobs'],
        params: OneTask,
        body: TrainingSettings,
        response: { 200: TrainingSettings, ...PROBLEMS },
      },
    },
    async (request) => {
      const { task } = request.params;
      await trainingSettings.set(task, request.body, (now) => checkIfMatch(request, now));
      return trainingSettings.view(task);
    },
  );
}
