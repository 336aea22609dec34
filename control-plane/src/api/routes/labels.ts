import { Ids, type Sha256, type TaskId, timestamp } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { includes, nameOf, type Principal, roleOf } from '../../access/roles.ts';
import type { Database } from '../../database/open-stores.ts';
import type { TaskClasses } from '../../datasets/task-classes.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { EventBus } from '../../events/event-bus.ts';
import { labelChanged } from '../../labels/label-changed.ts';
import type { LabelQueue } from '../../labels/label-queue.ts';
import type { Labelling, LabelStore, Speaker } from '../../labels/label-store.ts';
import {
  ClassList,
  LabelHistory,
  LabellingView,
  NewClass,
  NewLabel,
  QueuePage,
  QueueRequest,
} from '../../resources/label.ts';
import { viewSamples } from '../../samples/read-samples.ts';
import { PROBLEMS } from '../problem.ts';

export interface LabelParts {
  readonly database: Database;
  readonly labels: LabelStore;
  readonly queue: LabelQueue;
  readonly classes: TaskClasses;
  readonly events: EventBus;
}

const OfTask = Type.Object({ task: Ids.task });
const OfSample = Type.Object({ task: Ids.task, sha256: Ids.sha256 });
type OfTask = { Params: { task: TaskId } };
type OfSample = { Params: { task: TaskId; sha256: Sha256 } };

/** For labelling: the queue, what is said of a sample, undo, and new classes. */
export function addLabelRoutes(app: FastifyInstance, parts: LabelParts): void {
  addQueue(app, parts);
  const { labels, classes, events } = parts;
  const made = (labelling: Labelling): LabellingView => {
    events.publish(labelChanged(labelling));
    return toView(labelling);
  };

  app.post<OfSample & { Body: NewLabel }>(
    '/api/tasks/:task/samples/:sha256/labels',
    {
      config: { role: 'labeller', idempotent: true },
      schema: {
        operationId: 'labelSample',
        summary: 'Says of a sample: a class, none of them, or nothing (skip)',
        tags: ['labels'],
        params: OfSample,
        body: NewLabel,
        response: { 201: LabellingView, ...PROBLEMS },
      },
    },
    async ({ params: { task, sha256 }, body, principal }, reply) => {
      if (body.kind === 'class') await requireClass(classes, task, body.class);
      const labelling = await labels.say(task, sha256, body, speakerOf(principal));
      return reply.code(201).send(made(labelling));
    },
  );

  app.get<OfSample>(
    '/api/tasks/:task/samples/:sha256/labels',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listLabels',
        summary: 'Who said what of a sample, when, in order',
        tags: ['labels'],
        params: OfSample,
        response: { 200: LabelHistory, ...PROBLEMS },
      },
    },
    async ({ params: { task, sha256 } }) => ({
      events: (await labels.history(task, sha256)).map((event) => ({
        ...event,
        at: timestamp(event.at),
      })),
    }),
  );

  app.post<OfTask>(
    '/api/tasks/:task/labels/undo',
    {
      config: { role: 'labeller', idempotent: true },
      schema: {
        operationId: 'undoLabel',
        summary:
          'Takes back the last that the asker said in the task by hand; again: the one before',
        tags: ['labels'],
        params: OfTask,
        response: { 201: LabellingView, ...PROBLEMS },
      },
    },
    async ({ params: { task }, principal }, reply) => {
      const undone = await labels.undo(task, speakerOf(principal));
      if (undone) return reply.code(201).send(made(undone));
      const message = `Expected a label of yours in the task ${task} to take back, received none.`;
      throw new ControlPlaneError('CONFLICT', message);
    },
  );

  app.post<OfTask & { Body: NewClass }>(
    '/api/tasks/:task/classes',
    {
      config: { role: 'labeller', idempotent: true },
      schema: {
        operationId: 'addClass',
        summary: 'A class that the task did not have, of at most 1000; the next dataset has it',
        tags: ['labels'],
        params: OfTask,
        body: NewClass,
        response: { 201: ClassList, ...PROBLEMS },
      },
    },
    async ({ params: { task }, body }, reply) => {
      await classes.addClasses(task, [body.class]);
      return reply.code(201).send({ classes: await classes.classesOf(task) });
    },
  );
}

function addQueue(app: FastifyInstance, { database, queue, classes }: LabelParts): void {
  app.post<OfTask & { Body: QueueRequest }>(
    '/api/tasks/:task/queue',
    {
      config: { role: 'labeller', unaudited: true },
      schema: {
        operationId: 'takeFromQueue',
        summary: 'The samples to label next, for the asker alone for five minutes',
        tags: ['labels'],
        params: OfTask,
        body: QueueRequest,
        response: { 200: QueuePage, ...PROBLEMS },
      },
    },
    async ({ params: { task }, body: { limit = 1 }, principal }): Promise<QueuePage> => {
      await classes.classesOf(task);
      const taken = await queue.take(task, nameOf(principal), limit);
      const until = new Map(taken.map(({ sha256, leasedUntil }) => [sha256, leasedUntil]));
      const samples = await viewSamples(database, task, [...until.keys()]);
      return {
        samples: samples.map((sample) => ({
          ...sample,
          leasedUntil: timestamp(until.get(sample.sha256) as number),
        })),
      };
    },
  );

  app.delete<OfTask>(
    '/api/tasks/:task/queue',
    {
      config: { role: 'labeller', unaudited: true },
      schema: {
        operationId: 'giveBackToQueue',
        summary: 'Others may have what the asker took and did not label',
        tags: ['labels'],
        params: OfTask,
        response: { 204: { description: 'Given back', type: 'null' }, ...PROBLEMS },
      },
    },
    async ({ params: { task }, principal }, reply) => {
      await queue.release(task, nameOf(principal));
      return reply.code(204).send();
    },
  );
}

async function requireClass(classes: TaskClasses, task: TaskId, name: string): Promise<void> {
  const known = await classes.classesOf(task);
  if (known.includes(name)) return;
  throw new ControlPlaneError(
    'CLASS_UNKNOWN',
    `Expected one of the classes ${known.join(', ')} of ${task}, received ${name}. A new one is added by POST /api/tasks/${task}/classes.`,
  );
}

/** An operator's word settles what labellers disagree on. */
function speakerOf(principal: Principal): Speaker {
  const role = roleOf(principal);
  const settles = role !== null && includes(role, 'operator');
  return { by: nameOf(principal), settles };
}

function toView({ event, label, ...of }: Labelling): LabellingView {
  return {
    ...of,
    event: { ...event, at: timestamp(event.at) },
    label: { state: label.state, class: label.state === 'class' ? label.class : null },
  };
}
