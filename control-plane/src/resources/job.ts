import {
  Ids,
  JobInit,
  JobProgress,
  JobRecipe,
  LOG_LINE_LENGTH,
  Requirements,
  TrainedEpoch,
} from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { GatePolicy } from '../jobs/gate/gate-policy.ts';
import { Verdict } from '../jobs/gate/verdict.ts';
import { JobState } from '../jobs/job-states.ts';
import { nullable, uuidBeginning } from './page.ts';

const Count = Type.Integer({ minimum: 0 });

const JobPriority = Type.Integer({
  minimum: -100,
  maximum: 100,
  description: 'Higher ones first, of equal ones the oldest; 0 unless told otherwise',
});

const MaxAttempts = Type.Integer({ minimum: 1, maximum: 100 });

/** Why a job is there. */
export const JobTrigger = Type.Object({
  kind: Type.Union([
    Type.Literal('by-hand'),
    Type.Literal('labels'),
    Type.Literal('schedule'),
    Type.Literal('drift'),
  ]),
  reason: Type.String({ description: 'With the figures that it follows from' }),
});
export type JobTrigger = Static<typeof JobTrigger>;

/** What a job may say of itself; the rest is as the task's training settings say. */
export const NewJob = Type.Object(
  {
    task: Ids.task,
    datasetVersion: Type.Optional(
      Type.Integer({ minimum: 1, description: 'The newest unless told otherwise' }),
    ),
    priority: Type.Optional(JobPriority),
    recipe: Type.Optional(JobRecipe),
    init: Type.Optional(
      Type.Union([Type.Literal('champion'), JobInit], {
        description: "champion: FP32 of the task's champion, pinned now; random where none is",
      }),
    ),
    requires: Type.Optional(Requirements),
    gate: Type.Optional(GatePolicy),
    maxAttempts: Type.Optional(MaxAttempts),
  },
  { additionalProperties: false },
);
export type NewJob = Static<typeof NewJob>;

const summary = {
  job: Ids.job,
  task: Ids.task,
  state: JobState,
  priority: JobPriority,
  createdAt: Ids.timestamp,
  createdBy: Type.String(),
  trigger: JobTrigger,
  dataset: Type.Object({ version: Type.Integer({ minimum: 1 }), fingerprint: Ids.sha256 }),
  requires: Requirements,
  attempts: Count,
  maxAttempts: MaxAttempts,
  notBefore: Type.Union([Ids.timestamp, Type.Null()], {
    description: 'It waits until then, because it broke',
  }),
  trainer: Type.Union([Type.String(), Type.Null()], { description: 'That has it, or had it last' }),
  startedAt: nullable(Ids.timestamp),
  endedAt: nullable(Ids.timestamp),
  progress: Type.Union([JobProgress, Type.Null()], {
    description: 'As its trainer said last; null: none has it, or it has said nothing yet',
  }),
  reason: Type.Union([Type.String(), Type.Null()], {
    description: 'Why it failed, was cancelled or is tried again',
  }),
  package: nullable(Ids.sha256),
  candidate: Type.Union([Type.Boolean(), Type.Null()], {
    description: 'Whether its model passed the gate; null: there is none yet',
  }),
};

export const JobSummary = Type.Object(summary);
export type JobSummary = Static<typeof JobSummary>;

export const JobView = Type.Object({
  ...summary,
  recipe: JobRecipe,
  init: JobInit,
  leaseExpiresAt: nullable(Ids.timestamp),
  epochs: Type.Array(TrainedEpoch),
  checkpointAt: nullable(Ids.timestamp),
  gate: GatePolicy,
  verdict: nullable(Verdict),
});
export type JobView = Static<typeof JobView>;

export const JobQuery = Type.Object(
  {
    task: Type.Optional(Ids.task),
    state: Type.Optional(JobState),
    job: uuidBeginning,
    cursor: Type.Optional(Type.String({ description: 'next of the page before' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100' })),
  },
  { additionalProperties: false },
);
export type JobQuery = Static<typeof JobQuery>;

export const JobPage = Type.Object({
  jobs: Type.Array(JobSummary),
  next: nullable(Type.String({ description: 'cursor of the next page; null: this is the last' })),
});
export type JobPage = Static<typeof JobPage>;

export const JobLogQuery = Type.Object(
  {
    after: Type.Optional(Type.Integer({ minimum: 0, description: 'The last line that is known' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100' })),
  },
  { additionalProperties: false },
);
export type JobLogQuery = Static<typeof JobLogQuery>;

export const JobLogPage = Type.Object({
  lines: Type.Array(
    Type.Object({
      line: Type.Integer({ minimum: 1, description: 'From 1, without gaps' }),
      at: Ids.timestamp,
      text: Type.String({ maxLength: LOG_LINE_LENGTH }),
    }),
    { description: 'Oldest first. The newest 5000 of a job are kept' },
  ),
  next: Type.Integer({
    minimum: 0,
    description: 'after for the lines that follow; the same as asked where there are none yet',
  }),
});
export type JobLogPage = Static<typeof JobLogPage>;
