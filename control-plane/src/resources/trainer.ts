import { Ids, Requirements } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { nullable } from './page.ts';

export const TrainerView = Type.Object({
  trainer: Type.String(),
  has: nullable(Requirements),
  askedAt: Type.Union([Ids.timestamp, Type.Null()], {
    description: 'When it last asked for a job; null: not since this control plane started',
  }),
  job: Type.Union([Ids.job, Type.Null()], { description: 'That it has' }),
});
export type TrainerView = Static<typeof TrainerView>;

export const TrainerList = Type.Object({
  trainers: Type.Array(TrainerView, {
    description: 'That asked for a job within the last two minutes, or have one; by name',
  }),
});
export type TrainerList = Static<typeof TrainerList>;
