import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { DeviceStates, DeviceStatesQuery, OrderList } from '../../resources/rollout.ts';
import { GateStatuses } from '../../resources/rollout-gates.ts';
import type { RolloutGates } from '../../rollouts/gate-status/rollout-gates.ts';
import { RolloutId } from '../../rollouts/rollout-id.ts';
import type { RolloutOrders } from '../../rollouts/rollout-orders.ts';
import type { Rollouts } from '../../rollouts/rollouts.ts';
import { PROBLEMS } from '../problem.ts';

export interface StatusParts {
  readonly rollouts: Rollouts;
  readonly rolloutOrders: RolloutOrders;
  readonly rolloutGates: RolloutGates;
}

const ONE = Type.Object({ rollout: RolloutId });
type One = { Params: { rollout: RolloutId } };

/** What a person looks at while one is under way. */
export function addRolloutStatusRoutes(
  app: FastifyInstance,
  { rollouts, rolloutGates, rolloutOrders }: StatusParts,
): void {
  app.get<One>(
    '/api/rollouts/:rollout/gates',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'readRolloutGates',
        summary:
          'How the gates of each wave stand beside their limits: now, of what is under way; as it was decided, of what is past',
        tags: ['rollouts'],
        params: ONE,
        response: { 200: GateStatuses, ...PROBLEMS },
      },
    },
    ({ params: { rollout } }) => rolloutGates.read(rollout),
  );

  app.get<One>(
    '/api/rollouts/:rollout/orders',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listRolloutOrders',
        summary: 'What a person may order now, and what it would do to how many devices',
        tags: ['rollouts'],
        params: ONE,
        response: { 200: OrderList, ...PROBLEMS },
      },
    },
    async ({ params: { rollout } }) => ({ orders: await rolloutOrders.effects(rollout) }),
  );

  app.get<One & { Querystring: DeviceStatesQuery }>(
    '/api/rollouts/:rollout/device-states',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listRolloutDeviceStates',
        summary: 'Names of its devices by wave and state, compact: to draw them all',
        tags: ['rollouts'],
        params: ONE,
        querystring: DeviceStatesQuery,
        response: { 200: DeviceStates, ...PROBLEMS },
      },
    },
    ({ params: { rollout }, query }) => rollouts.deviceStates(rollout, query),
  );
}
