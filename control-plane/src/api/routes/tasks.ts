import type { TaskId } from '@edgeloop/protocol';
import { Ids } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { nameOf } from '../../access/roles.ts';
import type { AliasStore } from '../../registry/alias-store.ts';
import type { TaskStore } from '../../registry/task-store.ts';
import {
  AliasChangePage,
  AliasChangeQuery,
  NewTask,
  TaskList,
  TaskView,
} from '../../resources/task.ts';
import { PROBLEMS } from '../problem.ts';

const DEFAULT_LIMIT = 100;
const OneTask = Type.Object({ task: Ids.task });

/** What models are trained for. */
export function addTaskRoutes(
  app: FastifyInstance,
  { tasks, aliases }: { readonly tasks: TaskStore; readonly aliases: AliasStore },
): void {
  app.post<{ Body: NewTask }>(
    '/api/tasks',
    {
      config: { role: 'operator', idempotent: true },
      schema: {
        operationId: 'createTask',
        summary: 'A new task',
        tags: ['tasks'],
        body: NewTask,
        response: { 201: TaskView, ...PROBLEMS },
      },
    },
    async ({ body, principal }, reply) =>
      reply.code(201).send(await tasks.create(body, nameOf(principal))),
  );

  app.get(
    '/api/tasks',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listTasks',
        summary: 'Every task, by name',
        tags: ['tasks'],
        response: { 200: TaskList, ...PROBLEMS },
      },
    },
    async () => ({ tasks: await tasks.list() }),
  );

  app.get<{ Params: { task: TaskId } }>(
    '/api/tasks/:task',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'viewTask',
        summary: 'One task: its classes, and what its aliases stand for',
        tags: ['tasks'],
        params: OneTask,
        response: { 200: TaskView, ...PROBLEMS },
      },
    },
    ({ params: { task } }) => tasks.view(task),
  );

  app.get<{ Params: { task: TaskId }; Querystring: AliasChangeQuery }>(
    '/api/tasks/:task/alias-changes',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listAliasChanges',
        summary: 'Which model was champion or candidate when, and who said so; newest first',
        tags: ['tasks'],
        params: OneTask,
        querystring: AliasChangeQuery,
        response: { 200: AliasChangePage, ...PROBLEMS },
      },
    },
    async ({ params: { task }, query }) => {
      await tasks.view(task);
      return aliases.changes(task, { limit: DEFAULT_LIMIT, ...query });
    },
  );
}
