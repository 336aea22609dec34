import type { FastifyInstance } from 'fastify';
import type { TaskStore } from '../../registry/task-store.ts';
import './route-config.ts';

/**
 * What is asked of a task, by the path or as a filter of a list, is answered `NOT_FOUND` where
 * there is no such task: an empty list would hide a slip. The stream of events is not held to it:
 * who listens may be there before the task. Nor are the dashboard's pages, which say it themselves.
 */
export function addKnownTasks(app: FastifyInstance, tasks: TaskStore): void {
  app.addHook('preHandler', async ({ params, query, is404, routeOptions }) => {
    // A page is what no route is found for.
    if (is404 || routeOptions.config.anyTask) return;
    const task = taskOf(params) ?? taskOf(query);
    if (task !== undefined) await tasks.requireTask(task);
  });
}

const taskOf = (given: unknown) => (given as { task?: string } | undefined)?.task;
