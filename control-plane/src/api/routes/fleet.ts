import type { EpochMillis, Millis } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import { FleetQuery, FleetView } from '../../resources/fleet.ts';
import type { Store } from '../../store/store.ts';
import { PROBLEMS } from '../problem.ts';

export interface FleetViewParts {
  readonly store: Pick<Store, 'read'>;
  readonly now: () => EpochMillis;
  /** A device that says nothing for so long is silent. */
  readonly silentAfter: Millis;
}

/** All devices at one look. */
export function addFleetRoutes(
  app: FastifyInstance,
  { store, now, silentAfter }: FleetViewParts,
): void {
  app.get<{ Querystring: FleetQuery }>(
    '/api/fleet',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'readFleet',
        summary: 'Every device in short, in columns; with since, only those that changed after it',
        tags: ['devices'],
        querystring: FleetQuery,
        response: { 200: FleetView, ...PROBLEMS },
      },
    },
    async ({ query: { since = null } }, reply) => {
      const question = { since, now: now(), silentAfterMillis: silentAfter };
      return reply
        .type('application/json; charset=utf-8')
        .send(await store.read('readFleet', question));
    },
  );
}
