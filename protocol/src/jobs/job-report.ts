import Type, { type Static } from 'typebox';
import { Ids } from '../id-schemas.ts';
import { JobProgress, TrainedEpoch } from './progress.ts';
import { Requirements } from './requirements.ts';

/** Longer lines are cut by who sends them. */
export const LOG_LINE_LENGTH = 1000;
/** At most so many with a heartbeat; the rest comes with the next. */
export const LOG_LINES = 200;

const LogLine = Type.Object(
  { at: Ids.timestamp, text: Type.String({ maxLength: LOG_LINE_LENGTH }) },
  { additionalProperties: false },
);

/** A trainer asks for a job. */
export const LeaseRequest = Type.Object(
  {
    trainer: Type.String({
      pattern: '^[A-Za-z0-9._-]{1,100}$',
      description: 'How the trainer calls itself, for people to read',
    }),
    has: Requirements,
    waitSeconds: Type.Number({
      minimum: 0,
      maximum: 30,
      description: 'How long to wait for a job when there is none',
    }),
  },
  { additionalProperties: false },
);
export type LeaseRequest = Static<typeof LeaseRequest>;

/** Keeps a lease, and says how far the training is. */
export const Heartbeat = Type.Object(
  {
    lease: Ids.lease,
    progress: JobProgress,
    epochs: Type.Array(TrainedEpoch, { maxItems: 10_000, description: 'Ended since the last' }),
    log: Type.Array(LogLine, { maxItems: LOG_LINES }),
  },
  { additionalProperties: false },
);
export type Heartbeat = Static<typeof Heartbeat>;

export const HeartbeatAnswer = Type.Object({
  instruction: Type.Union([Type.Literal('go-on'), Type.Literal('cancel')]),
  leaseSeconds: Type.Number({ exclusiveMinimum: 0 }),
});
export type HeartbeatAnswer = Static<typeof HeartbeatAnswer>;

const Artifact = Type.Object(
  { sha256: Ids.sha256, bytes: Type.Integer({ minimum: 1 }) },
  { additionalProperties: false },
);

/** How a lease ends when its trainer ends it. */
export const JobOutcome = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('succeeded'),
      lease: Ids.lease,
      package: Ids.sha256,
      /** Of the task's champion, on the same test side: lines as those of `predictions.jsonl`. */
      champion: Type.Union([
        Type.Object(
          { package: Ids.sha256, predictions: Artifact },
          { additionalProperties: false },
        ),
        Type.Null(),
      ]),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      kind: Type.Literal('failed'),
      lease: Ids.lease,
      code: Type.String({ maxLength: 100 }),
      message: Type.String({ maxLength: 4000 }),
      /** Whether another try could end otherwise. */
      passing: Type.Boolean(),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    { kind: Type.Literal('released'), lease: Ids.lease },
    { additionalProperties: false, description: 'The trainer ends; the attempt does not count' },
  ),
]);
export type JobOutcome = Static<typeof JobOutcome>;
