import { bytes, Ids, type TaskId } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { TaskClasses } from '../../datasets/task-classes.ts';
import { BudgetView, FleetBudget } from '../../resources/sample.ts';
import type { BudgetStore } from '../../samples/budget/budget-store.ts';
import { PROBLEMS } from '../problem.ts';

export interface BudgetParts {
  readonly budgets: BudgetStore;
  readonly classes: TaskClasses;
}

const OfTask = Type.Object({ task: Ids.task });
type OfTask = { Params: { task: TaskId } };

/** What all devices of a task may sample together. */
export function addBudgetRoutes(app: FastifyInstance, { budgets, classes }: BudgetParts): void {
  const view = async (task: TaskId) => ({ budget: await budgets.of(task) });

  app.get<OfTask>(
    '/api/tasks/:task/budget',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'viewBudget',
        summary: 'What all devices of a task may sample together',
        tags: ['samples'],
        params: OfTask,
        response: { 200: BudgetView, ...PROBLEMS },
      },
    },
    async ({ params: { task } }) => {
      await classes.classesOf(task);
      return view(task);
    },
  );

  app.put<OfTask & { Body: FleetBudget }>(
    '/api/tasks/:task/budget',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'setBudget',
        summary:
          'Divided over the devices of the task: half evenly, half by how unsure their models are',
        tags: ['samples'],
        params: OfTask,
        body: FleetBudget,
        response: { 200: BudgetView, ...PROBLEMS },
      },
    },
    async ({ params: { task }, body }) => {
      await classes.classesOf(task);
      await budgets.set(task, { ...body, bytesPerDay: bytes(body.bytesPerDay) });
      return view(task);
    },
  );

  app.delete<OfTask>(
    '/api/tasks/:task/budget',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'removeBudget',
        summary: 'Devices keep to their own configuration from now on',
        tags: ['samples'],
        params: OfTask,
        response: { 200: BudgetView, ...PROBLEMS },
      },
    },
    async ({ params: { task } }) => {
      await budgets.set(task, null);
      return view(task);
    },
  );
}
