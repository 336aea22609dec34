import { SignedRoot } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import type { PackageKeys } from '../../registry/package-keys.ts';
import { PROBLEMS } from '../problem.ts';

/** At once: a device asks again from the last of them. */
const MOST = 8;

const RootsQuery = Type.Object(
  { after: Type.Integer({ minimum: 0, description: 'The version that the device trusts' }) },
  { additionalProperties: false },
);
const NextRoots = Type.Object({
  roots: Type.Array(SignedRoot, {
    maxItems: MOST,
    description: 'The versions that follow, one by one; empty: there is none',
  }),
});

/** How a device gets from the root that it trusts to the newest. */
export function addDeviceRootRoutes(
  app: FastifyInstance,
  keys: Pick<PackageKeys, 'chain' | 'refresh'>,
): void {
  app.get<{ Querystring: Static<typeof RootsQuery> }>(
    '/api/device/roots',
    {
      config: { role: 'device' },
      schema: {
        operationId: 'listNextRoots',
        summary: 'The versions of the root after the one that the device trusts, some at once',
        tags: ['device'],
        querystring: RootsQuery,
        response: { 200: NextRoots, ...PROBLEMS },
      },
    },
    async ({ query: { after } }): Promise<Static<typeof NextRoots>> => {
      await keys.refresh();
      return {
        roots: keys.chain.filter(({ signed }) => signed.version > after).slice(0, MOST),
      };
    },
  );
}
