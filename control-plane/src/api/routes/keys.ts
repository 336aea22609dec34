import type { KeyId } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import { ControlPlaneError } from '../../errors.ts';
import type { PackageKeys } from '../../registry/package-keys.ts';
import { KeysView } from '../../resources/keys.ts';
import { PROBLEMS } from '../problem.ts';

/**
 * Whose packages and assignments count. Changed by `edgeloop keys`, with a key that no server has.
 */
export function addKeyRoutes(app: FastifyInstance, keys: PackageKeys): void {
  app.get(
    '/api/keys',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'viewKeys',
        summary: 'The root that counts now, until when, and what it lets which keys do',
        tags: ['access'],
        response: { 200: KeysView, ...PROBLEMS },
      },
    },
    async (): Promise<KeysView> => {
      await keys.refresh();
      const root = keys.chain.at(-1)?.signed;
      if (!root) throw new ControlPlaneError('NOT_FOUND', 'Expected a root, received none yet.');
      const view = (ids: readonly KeyId[]) =>
        ids.map((keyId) => ({ keyId, privateHere: keys.hasPrivate(keyId) }));
      return {
        version: root.version,
        issuedAt: root.issued,
        expiresAt: root.expires,
        problem: keys.problem,
        folder: keys.folder,
        threshold: root.root.threshold,
        root: view(root.root.keys),
        packages: view(root.packages),
        assignments: view(root.assignments),
      };
    },
  );
}
