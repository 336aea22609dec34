import { Ids, type TaskId } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { nameOf } from '../../access/roles.ts';
import type { LabelProgress } from '../../labels/progress/label-progress.ts';
import { LabelProgressQuery, LabelProgressView } from '../../resources/label-progress.ts';
import { PROBLEMS } from '../problem.ts';

export interface LabelProgressParts {
  readonly labelProgress: LabelProgress;
}

/** How far labelling is. */
export function addLabelProgressRoutes(
  app: FastifyInstance,
  { labelProgress }: LabelProgressParts,
): void {
  app.get<{ Params: { task: TaskId }; Querystring: LabelProgressQuery }>(
    '/api/tasks/:task/progress',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'viewLabelProgress',
        summary: 'How far labelling is, and what the next training would gain by it',
        tags: ['labels'],
        params: Type.Object({ task: Ids.task }),
        querystring: LabelProgressQuery,
        response: { 200: LabelProgressView, ...PROBLEMS },
      },
    },
    ({ params: { task }, query: { since }, principal }) =>
      labelProgress.view(task, nameOf(principal), since),
  );
}
