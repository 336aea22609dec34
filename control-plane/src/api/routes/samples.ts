import { Ids, type Sha256, type TaskId } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { nameOf } from '../../access/roles.ts';
import type { Artifacts } from '../../artifacts/artifacts.ts';
import type { Database } from '../../database/open-stores.ts';
import type { TaskClasses } from '../../datasets/task-classes.ts';
import type { EventBus } from '../../events/event-bus.ts';
import { DEFAULT_LIMIT } from '../../resources/page.ts';
import { SamplePage, SampleQuery, SampleView } from '../../resources/sample.ts';
import { listSamples, pictureType, viewSample } from '../../samples/read-samples.ts';
import type { SampleStore } from '../../samples/sample-store.ts';
import { takePicture } from '../../samples/take-picture.ts';
import { PROBLEMS } from '../problem.ts';
import { FILE_ANSWERS, sendArtifact } from '../send-artifact.ts';
import { readBounded } from './read-bounded.ts';

export interface SampleParts {
  readonly database: Database;
  readonly samples: SampleStore;
  readonly artifacts: Artifacts;
  readonly classes: TaskClasses;
  readonly events: EventBus;
}

const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/webp'];
const OfTask = Type.Object({ task: Ids.task });
const OfSample = Type.Object({ task: Ids.task, sha256: Ids.sha256 });
type OfTask = { Params: { task: TaskId } };
type OfSample = { Params: { task: TaskId; sha256: Sha256 } };

/** Pictures worth a label: to look at, and to bring one by hand. */
export function addSampleRoutes(app: FastifyInstance, parts: SampleParts): void {
  const { database, artifacts } = parts;

  app.get<OfTask & { Querystring: SampleQuery }>(
    '/api/tasks/:task/samples',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listSamples',
        summary: 'Samples of a task that fit every filter, a page at a time',
        tags: ['samples'],
        params: OfTask,
        querystring: SampleQuery,
        response: { 200: SamplePage, ...PROBLEMS },
      },
    },
    ({ params: { task }, query }) =>
      listSamples(database, task, { limit: DEFAULT_LIMIT, ...query }),
  );

  app.get<OfSample>(
    '/api/tasks/:task/samples/:sha256',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'viewSample',
        summary: 'One sample: who saw it, what the model took it for, its label',
        tags: ['samples'],
        params: OfSample,
        response: { 200: SampleView, ...PROBLEMS },
      },
    },
    ({ params: { task, sha256 } }) => viewSample(database, task, sha256),
  );

  app.get<{ Params: { sha256: Sha256 } }>(
    '/api/samples/:sha256/picture',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'viewPicture',
        summary: 'The picture of a sample, as its camera gave it; with Range, a part of it',
        tags: ['samples'],
        params: Type.Object({ sha256: Ids.sha256 }),
        response: { ...FILE_ANSWERS, ...PROBLEMS },
      },
    },
    async (request, reply) => {
      const { sha256 } = request.params;
      return sendArtifact(request, reply, artifacts, {
        sha256,
        type: await pictureType(database, sha256),
      });
    },
  );

  addUpload(app, parts);
}

/** A picture by hand; many at once are an import. */
function addUpload(app: FastifyInstance, parts: SampleParts): void {
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(/^image\//, (_request, payload, done) => done(null, payload));

    scope.post<OfTask>(
      '/api/tasks/:task/samples',
      {
        config: { role: 'operator' },
        schema: {
          operationId: 'createSample',
          summary: 'One picture as the body',
          tags: ['samples'],
          params: OfTask,
          body: {
            content: Object.fromEntries(
              PICTURE_TYPES.map((type) => [type, { schema: Type.Unknown() }]),
            ),
          },
          response: { 200: SampleView, 201: SampleView, ...PROBLEMS },
        },
      },
      async ({ params: { task }, body, principal }, reply) => {
        await parts.classes.classesOf(task);
        const content = await readBounded(body as AsyncIterable<Uint8Array>);
        const by = nameOf(principal);
        const { sha256, isNew } = await takePicture(parts, task, content, {
          kind: 'import',
          by,
          model: null,
          scores: {},
          side: null,
          source: null,
        });
        if (isNew) {
          const subject = { task, sha256 };
          parts.events.publish({ kind: 'sample.stored', subject, data: { by } });
        }
        void reply.code(isNew ? 201 : 200);
        return viewSample(parts.database, task, sha256);
      },
    );
    done();
  });
}
