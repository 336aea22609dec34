import { Ids, MANIFEST_SIGNATURE_FILE, type Sha256, SignedRoot } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Artifacts } from '../../artifacts/artifacts.ts';
import { ControlPlaneError } from '../../errors.ts';
import { modelCard } from '../../registry/model-card.ts';
import { type LineageParts, modelLineage } from '../../registry/model-lineage.ts';
import type { ModelStore } from '../../registry/model-store.ts';
import type { PackageKeys } from '../../registry/package-keys.ts';
import { ModelLineage, ModelView } from '../../resources/model.ts';
import { PROBLEMS } from '../problem.ts';
import { FILE_ANSWERS, sendArtifact } from '../send-artifact.ts';

const OneModel = Type.Object({ digest: Ids.sha256 });
const RootChain = Type.Object({
  roots: Type.Array(SignedRoot, { description: 'Version 1 first' }),
});
const ModelCard = Type.Object({ model: ModelView, lineage: ModelLineage });

export interface ModelFileParts extends LineageParts {
  readonly artifacts: Artifacts;
  readonly keys: PackageKeys;
}

/** What is read of a model: its files, where it comes from, and its card. */
export function addModelFileRoutes(app: FastifyInstance, parts: ModelFileParts): void {
  const { models, artifacts, keys } = parts;

  app.get<{ Params: { digest: Sha256; '*': string } }>(
    '/api/models/:digest/files/*',
    {
      config: { role: 'known' },
      schema: {
        operationId: 'downloadModelFile',
        summary:
          'A file of the package, whole or a range of it; manifest.sig.json is its signature',
        tags: ['models'],
        // `*`, the path, has no schema: TypeBox takes the name for a pattern.
        params: OneModel,
        response: { ...FILE_ANSWERS, ...PROBLEMS },
      },
    },
    async (request, reply) => {
      const { digest, '*': path } = request.params;
      // A device gets nothing that was not checked.
      if (request.principal.kind === 'device') await requireRegistered(models, digest);
      if (path === MANIFEST_SIGNATURE_FILE) {
        const { signature } = await models.view(digest);
        if (signature) return signature;
      }
      const file = (await models.files(digest)).find((candidate) => candidate.path === path);
      if (!file) {
        const message = `Expected a file that the manifest of ${digest} names, received ${path}.`;
        throw new ControlPlaneError('NOT_FOUND', message);
      }
      const type = path.endsWith('.json') ? 'application/json' : 'application/octet-stream';
      return sendArtifact(request, reply, artifacts, { sha256: file.sha256, type });
    },
  );

  app.get<{ Params: { digest: Sha256 } }>(
    '/api/models/:digest/lineage',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'viewLineage',
        summary:
          'From the devices of its samples, through dataset, job and earlier models, to the devices that run it',
        tags: ['models'],
        params: OneModel,
        response: { 200: ModelLineage, ...PROBLEMS },
      },
    },
    ({ params: { digest } }) => modelLineage(digest, parts),
  );

  app.get<{ Params: { digest: Sha256 } }>(
    '/api/models/:digest/card.md',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'exportModelCard',
        summary: 'The model card, in Markdown',
        tags: ['models'],
        params: OneModel,
        response: {
          200: {
            description: 'The card',
            content: { 'text/markdown': { schema: Type.String() } },
          },
          ...PROBLEMS,
        },
      },
    },
    async ({ params: { digest } }, reply) => {
      const card = modelCard(await models.view(digest), await modelLineage(digest, parts));
      return reply.type('text/markdown; charset=utf-8').serializer(String).send(card);
    },
  );

  app.get<{ Params: { digest: Sha256 } }>(
    '/api/models/:digest/card.json',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'exportModelCardJson',
        summary: 'What the model card is made of',
        tags: ['models'],
        params: OneModel,
        response: { 200: ModelCard, ...PROBLEMS },
      },
    },
    async ({ params: { digest } }) => ({
      model: await models.view(digest),
      lineage: await modelLineage(digest, parts),
    }),
  );

  app.get(
    '/api/keys/roots',
    {
      config: { role: 'known' },
      schema: {
        operationId: 'listRoots',
        summary: 'Every version of the root that says whose signatures count',
        tags: ['models'],
        response: { 200: RootChain, ...PROBLEMS },
      },
    },
    async () => {
      await keys.refresh();
      return { roots: [...keys.chain] };
    },
  );
}

async function requireRegistered(models: ModelStore, digest: Sha256): Promise<void> {
  const { state } = await models.view(digest);
  if (state === 'registered') return;
  throw new ControlPlaneError(
    'NOT_FOUND',
    `Expected a registered model, received ${digest}, which is ${state}.`,
  );
}
