import { Ids, type Sha256 } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { nameOf } from '../../access/roles.ts';
import type { DatasetOriginStore } from '../../datasets/dataset-origins.ts';
import { ControlPlaneError } from '../../errors.ts';
import { AliasName } from '../../registry/alias-name.ts';
import type { AliasStore } from '../../registry/alias-store.ts';
import type { ModelRemoval } from '../../registry/model-removal.ts';
import type { ModelStore } from '../../registry/model-store.ts';
import type { Registrar } from '../../registry/registrar.ts';
import {
  AnnouncedModel,
  MAX_MANIFEST_BYTES,
  ModelView,
  NewAlias,
  NewModel,
} from '../../resources/model.ts';
import { PROBLEMS } from '../problem.ts';
import { addModelFileRoutes, type ModelFileParts } from './model-files.ts';
import { addModelReportRoutes, type ModelReportParts } from './model-reports.ts';
import { addModelViewRoutes, type ModelViewParts } from './model-views.ts';

const OneModel = Type.Object({ digest: Ids.sha256 });
const OneAlias = Type.Object({ digest: Ids.sha256, alias: AliasName });
type OneAlias = { digest: Sha256; alias: AliasName };

export interface ModelParts extends ModelFileParts, ModelViewParts, ModelReportParts {
  readonly models: ModelStore;
  readonly aliases: AliasStore;
  readonly datasets: DatasetOriginStore;
  readonly registrar: Registrar;
  readonly removal: ModelRemoval;
}

/**
 * The registry: a package is announced, its files are uploaded, it is checked, and then it can be
 * used.
 */
export function addModelRoutes(app: FastifyInstance, parts: ModelParts): void {
  addEntryRoutes(app, parts);
  addModelViewRoutes(app, parts);
  addModelReportRoutes(app, parts);
  addRemovalRoute(app, parts);
  addAliasRoutes(app, parts);
  addModelFileRoutes(app, parts);
}

function addEntryRoutes(app: FastifyInstance, { registrar }: ModelParts): void {
  app.post<{ Body: NewModel }>(
    '/api/models',
    {
      config: { role: 'trainer', idempotent: true },
      // A text within JSON may take twice its bytes.
      bodyLimit: 2 * MAX_MANIFEST_BYTES,
      schema: {
        operationId: 'announceModel',
        summary: 'Bring a manifest, learn which files are missing; the same again changes nothing',
        tags: ['models'],
        body: NewModel,
        response: { 201: AnnouncedModel, ...PROBLEMS },
      },
    },
    async ({ body, principal }, reply) =>
      reply.code(201).send(await registrar.announce(body, nameOf(principal))),
  );

  app.post<{ Params: { digest: Sha256 } }>(
    '/api/models/:digest/complete',
    {
      config: { role: 'trainer' },
      schema: {
        operationId: 'completeModel',
        summary:
          'All files are here: check the package, and register or refuse it. Answers when that is done',
        tags: ['models'],
        params: OneModel,
        response: { 200: ModelView, ...PROBLEMS },
      },
    },
    ({ params: { digest } }) => registrar.complete(digest),
  );
}

function addRemovalRoute(app: FastifyInstance, { removal }: ModelParts): void {
  app.delete<{ Params: { digest: Sha256 } }>(
    '/api/models/:digest',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'removeModel',
        summary:
          'Take a version out that no alias, no device and no job needs, with the files that are its alone',
        tags: ['models'],
        params: OneModel,
        response: { 204: { description: 'Gone', type: 'null' }, ...PROBLEMS },
      },
    },
    async ({ params: { digest } }, reply) => {
      await removal.remove(digest);
      return reply.code(204).send();
    },
  );
}

function addAliasRoutes(app: FastifyInstance, { models, aliases }: ModelParts): void {
  app.put<{ Params: OneAlias; Body: NewAlias | null }>(
    '/api/models/:digest/aliases/:alias',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'setAlias',
        summary: 'Let champion stand for this model; the gate alone makes a candidate',
        tags: ['models'],
        params: OneAlias,
        body: NewAlias,
        response: { 200: ModelView, ...PROBLEMS },
      },
    },
    async ({ params: { digest, alias }, body, principal }) => {
      if (alias === 'candidate') {
        const message =
          'Expected champion, received candidate: a model becomes candidate by a training job whose gate it passes.';
        throw new ControlPlaneError('FORBIDDEN', message);
      }
      await aliases.set(digest, alias, nameOf(principal), { expected: body?.expected });
      return models.view(digest);
    },
  );

  app.delete<{ Params: OneAlias }>(
    '/api/models/:digest/aliases/:alias',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'removeAlias',
        summary: 'The alias stands for nothing any more; 412 where it stands for another model',
        tags: ['models'],
        params: OneAlias,
        response: { 200: ModelView, ...PROBLEMS },
      },
    },
    async ({ params: { digest, alias }, principal }) => {
      await aliases.remove(digest, alias, nameOf(principal));
      return models.view(digest);
    },
  );
}
