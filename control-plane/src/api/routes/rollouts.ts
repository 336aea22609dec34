import { type DeviceId, Ids } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { nameOf } from '../../access/roles.ts';
import {
  AssignmentList,
  DecisionPage,
  DecisionQuery,
  RolloutDevicePage,
  RolloutDeviceQuery,
  RolloutPage,
  RolloutPreview,
  RolloutQuery,
  RolloutReason,
  RolloutRequest,
  RolloutView,
} from '../../resources/rollout.ts';
import type { Order } from '../../rollouts/orders/order.ts';
import { RolloutId } from '../../rollouts/rollout-id.ts';
import type { Rollouts } from '../../rollouts/rollouts.ts';
import { checkIfMatch } from '../hooks/entity-tags.ts';
import { PROBLEMS } from '../problem.ts';
import { addRolloutStatusRoutes, type StatusParts } from './rollout-status.ts';

export interface RolloutParts extends StatusParts {
  readonly previewRollout: (asked: RolloutRequest) => Promise<RolloutPreview>;
}

const ONE = Type.Object({ rollout: RolloutId });
type One = { Params: { rollout: RolloutId } };

/** What each order does, for whoever reads the API. */
const ORDERS: Readonly<Record<Order, readonly [operation: string, summary: string]>> = {
  approve: ['approveRollout', 'Approve it: somebody other than who made it'],
  start: ['startRollout', 'Start it now, with the devices that fit now'],
  pause: ['pauseRollout', 'Begin no device any more, and judge nothing, until it is resumed'],
  resume: ['resumeRollout', 'Go on where it was paused; what is baked is watched anew'],
  retry: ['retryRollout', 'Try the devices again that failed'],
  promote: ['promoteRollout', 'Go on to the next wave now, whatever its gates say'],
  abort: ['abortRollout', 'End it: what is done stays, what is under way goes back'],
  'roll-back': ['rollBackRollout', 'Every device that it touched runs again what it ran before'],
};

/**
 * Bringing models and configurations to devices. What changes live: GET /api/events?kind=rollout.*
 */
export function addRolloutRoutes(app: FastifyInstance, parts: RolloutParts): void {
  addPlanRoutes(app, parts);
  addReadRoutes(app, parts.rollouts);
  addRolloutStatusRoutes(app, parts);
  for (const order of Object.keys(ORDERS) as Order[]) addOrderRoute(app, parts, order);
}

function addPlanRoutes(
  app: FastifyInstance,
  { rollouts, previewRollout }: Pick<RolloutParts, 'rollouts' | 'previewRollout'>,
): void {
  app.post<{ Body: RolloutRequest }>(
    '/api/rollouts',
    {
      config: { role: 'operator', idempotent: true },
      schema: {
        operationId: 'createRollout',
        summary:
          'Bring a model or a configuration to devices, in waves; starts at once unless told otherwise',
        tags: ['rollouts'],
        body: RolloutRequest,
        response: { 201: RolloutView, ...PROBLEMS },
      },
    },
    async ({ body, principal }, reply) =>
      reply.code(201).send(await rollouts.create(body, nameOf(principal))),
  );

  app.post<{ Body: RolloutRequest }>(
    '/api/rollouts/preview',
    {
      config: { role: 'operator', unaudited: true },
      schema: {
        operationId: 'previewRollout',
        summary:
          'Who would be in which wave, who is offline, and which other rollouts have some; changes nothing',
        tags: ['rollouts'],
        body: RolloutRequest,
        response: { 200: RolloutPreview, ...PROBLEMS },
      },
    },
    ({ body }) => previewRollout(body),
  );
}

function addReadRoutes(app: FastifyInstance, rollouts: Rollouts): void {
  app.get<{ Querystring: RolloutQuery }>(
    '/api/rollouts',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listRollouts',
        summary: 'Rollouts, newest first',
        tags: ['rollouts'],
        querystring: RolloutQuery,
        response: { 200: RolloutPage, ...PROBLEMS },
      },
    },
    ({ query }) => rollouts.list(query),
  );

  app.get<One>(
    '/api/rollouts/:rollout',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'viewRollout',
        summary: 'One rollout: its plan, and how many devices of each wave are where',
        tags: ['rollouts'],
        params: ONE,
        response: { 200: RolloutView, ...PROBLEMS },
      },
    },
    ({ params: { rollout } }) => rollouts.view(rollout),
  );

  app.get<One & { Querystring: RolloutDeviceQuery }>(
    '/api/rollouts/:rollout/devices',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listRolloutDevices',
        summary: 'Where each of its devices is, by name',
        tags: ['rollouts'],
        params: ONE,
        querystring: RolloutDeviceQuery,
        response: { 200: RolloutDevicePage, ...PROBLEMS },
      },
    },
    ({ params: { rollout }, query }) => rollouts.devices(rollout, query),
  );

  app.get<One & { Querystring: DecisionQuery }>(
    '/api/rollouts/:rollout/decisions',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listRolloutDecisions',
        summary: 'What was decided, by whom or which gate, and the figures it follows from',
        tags: ['rollouts'],
        params: ONE,
        querystring: DecisionQuery,
        response: { 200: DecisionPage, ...PROBLEMS },
      },
    },
    ({ params: { rollout }, query }) => rollouts.decisions(rollout, query),
  );

  app.get<{ Params: { device: DeviceId } }>(
    '/api/devices/:device/assignments',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listAssignments',
        summary: 'Which models a device was assigned, by which rollout, and whether it took them',
        tags: ['rollouts'],
        params: Type.Object({ device: Ids.device }),
        response: { 200: AssignmentList, ...PROBLEMS },
      },
    },
    ({ params: { device } }) => rollouts.assignments(device),
  );
}

function addOrderRoute(
  app: FastifyInstance,
  { rolloutOrders }: Pick<RolloutParts, 'rolloutOrders'>,
  order: Order,
): void {
  const [operationId, summary] = ORDERS[order];
  app.post<One & { Body: RolloutReason }>(
    `/api/rollouts/:rollout/${order}`,
    {
      config: { role: 'operator' },
      schema: {
        operationId,
        summary,
        tags: ['rollouts'],
        params: ONE,
        body: RolloutReason,
        response: { 200: RolloutView, ...PROBLEMS },
      },
    },
    (request) => {
      const { params, principal, body } = request;
      const ordered = { by: nameOf(principal), reason: body.reason };
      return rolloutOrders.carry(params.rollout, order, ordered, (now) =>
        checkIfMatch(request, now),
      );
    },
  );
}
