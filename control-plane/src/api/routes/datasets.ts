import { type EpochMillis, Ids, type Sha256, type TaskId, timestamp } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { nameOf } from '../../access/roles.ts';
import type { Artifacts } from '../../artifacts/artifacts.ts';
import type { Database } from '../../database/open-stores.ts';
import type { DatasetStore } from '../../datasets/dataset-store.ts';
import type { DatasetVersion, FrozenSample } from '../../datasets/dataset-version.ts';
import { exportDataset } from '../../datasets/export/export-dataset.ts';
import type { TaskClasses } from '../../datasets/task-classes.ts';
import { whyUntrainable } from '../../datasets/untrainable.ts';
import type { EventBus } from '../../events/event-bus.ts';
import {
  DatasetPage,
  DatasetView,
  ExportQuery,
  FrozenSamplePage,
} from '../../resources/dataset.ts';
import { DEFAULT_LIMIT, paging } from '../../resources/page.ts';
import { decodeCursor, encodeCursor } from '../../store/read/cursor.ts';
import { PROBLEMS } from '../problem.ts';

export interface DatasetParts {
  readonly database: Database;
  readonly datasets: DatasetStore;
  readonly artifacts: Artifacts;
  readonly classes: TaskClasses;
  readonly events: EventBus;
}

const OfTask = Type.Object({ task: Ids.task });
const OfVersion = Type.Object({ task: Ids.task, number: Type.Integer({ minimum: 1 }) });
const PageQuery = Type.Object(paging, { additionalProperties: false });
type OfTask = { Params: { task: TaskId } };
type OfVersion = { Params: { task: TaskId; number: number } };
type Paged = { Querystring: { cursor?: string; limit?: number } };

/** Frozen versions of a task's dataset, and their export. */
export function addDatasetRoutes(app: FastifyInstance, parts: DatasetParts): void {
  const { datasets, classes, events } = parts;

  app.post<OfTask>(
    '/api/tasks/:task/datasets',
    {
      config: { role: 'operator', idempotent: true },
      schema: {
        operationId: 'freezeDataset',
        summary: 'Freezes what is labelled now; the last version, when nothing has changed since',
        tags: ['datasets'],
        params: OfTask,
        response: { 201: DatasetView, ...PROBLEMS },
      },
    },
    async ({ params: { task }, principal }, reply) => {
      const by = nameOf(principal);
      const version = await datasets.freeze({ task, classes: await classes.classesOf(task), by });
      events.publish({
        kind: 'dataset.created',
        subject: { task, dataset: String(version.number) },
        data: toView(version),
      });
      return reply.code(201).send(toView(version));
    },
  );

  app.get<OfTask & Paged>(
    '/api/tasks/:task/datasets',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listDatasets',
        summary: 'Dataset versions of a task, newest first',
        tags: ['datasets'],
        params: OfTask,
        querystring: PageQuery,
        response: { 200: DatasetPage, ...PROBLEMS },
      },
    },
    async ({
      params: { task },
      query: { cursor, limit = DEFAULT_LIMIT },
    }): Promise<DatasetPage> => {
      const [before = null] = cursor ? decodeCursor('datasets', ['number'], cursor) : [];
      const versions = await datasets.list(task, limit, before);
      const last = versions.at(-1);
      const more = last !== undefined && versions.length === limit;
      return {
        datasets: versions.map(toView),
        next: more ? encodeCursor('datasets', [last.number]) : null,
      };
    },
  );

  app.get<OfVersion>(
    '/api/tasks/:task/datasets/:number',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'viewDataset',
        summary: 'One version: its fingerprint, its classes, how many on which side',
        tags: ['datasets'],
        params: OfVersion,
        response: { 200: DatasetView, ...PROBLEMS },
      },
    },
    async ({ params: { task, number } }) => toView(await datasets.view(task, number)),
  );

  app.get<OfVersion & Paged>(
    '/api/tasks/:task/datasets/:number/samples',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listDatasetSamples',
        summary: 'What a version consists of: digest, label, side, and who saw it first',
        tags: ['datasets'],
        params: OfVersion,
        querystring: PageQuery,
        response: { 200: FrozenSamplePage, ...PROBLEMS },
      },
    },
    async ({ params: { task, number }, query: { cursor, limit = DEFAULT_LIMIT } }) => {
      await datasets.view(task, number);
      const [after] = cursor ? decodeCursor('dataset-samples', ['string'], cursor) : [null];
      const samples = await datasets.samples(task, number, limit, after as Sha256 | null);
      const last = samples.at(-1);
      const more = last !== undefined && samples.length === limit;
      return {
        samples: samples.map(toSampleView),
        next: more ? encodeCursor('dataset-samples', [last.sha256]) : null,
      };
    },
  );

  addExport(app, parts);
}

function addExport(app: FastifyInstance, parts: DatasetParts): void {
  app.get<OfVersion & { Querystring: ExportQuery }>(
    '/api/tasks/:task/datasets/:number/export',
    {
      // HEAD would make the whole zip to give nothing of it.
      exposeHeadRoute: false,
      config: { role: 'viewer' },
      schema: {
        operationId: 'exportDataset',
        summary: 'A version as a zip, made while it is read',
        tags: ['datasets'],
        params: OfVersion,
        querystring: ExportQuery,
        response: { 200: { description: 'application/zip', type: 'string' }, ...PROBLEMS },
      },
    },
    async ({ params: { task, number }, query: { format } }, reply) => {
      const version = await parts.datasets.view(task, number);
      const name = `${task}-${number}-${format}.zip`;
      return reply
        .headers({
          'content-type': 'application/zip',
          'content-disposition': `attachment; filename="${name}"`,
        })
        .send(exportDataset(parts, version, format));
    },
  );
}

function toView(version: DatasetVersion): DatasetView {
  const { createdAt, classes, counts, present, ...rest } = version;
  return {
    ...rest,
    createdAt: timestamp(createdAt),
    classes: [...classes],
    counts: { ...counts, byClass: { ...counts.byClass } },
    untrainable: whyUntrainable(present),
  };
}

const toSampleView = ({ removedAt, ...sample }: FrozenSample) => ({
  ...sample,
  removedAt: time(removedAt),
});

const time = (at: EpochMillis | null) => (at === null ? null : timestamp(at));
