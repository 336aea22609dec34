import { Ids, Reason } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { JobTrigger } from './job.ts';
import { nullable } from './page.ts';

/** When a trigger last tried to start a training, and what came of it. */
export const TriggerTry = Type.Object({
  at: Ids.timestamp,
  trigger: JobTrigger,
  job: nullable(Ids.job),
  refusal: Type.Union([Reason, Type.Null()], {
    description: 'Why no training was started, such as DATASET_TOO_SMALL; null: one was',
  }),
});
export type TriggerTry = Static<typeof TriggerTry>;
