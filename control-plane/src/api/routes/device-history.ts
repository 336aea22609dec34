import { type DeviceId, type EpochMillis, epochMillis, Ids } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { ControlPlaneError } from '../../errors.ts';
import { HealthHistory, HealthHistoryQuery } from '../../resources/health-history.ts';
import { Timeline, TimelineQuery } from '../../resources/timeline.ts';
import type { Store } from '../../store/store.ts';
import { PROBLEMS } from '../problem.ts';

export interface DeviceHistoryParts {
  readonly store: Pick<Store, 'read'>;
  readonly now: () => EpochMillis;
}

type Of<Query> = { Params: { device: DeviceId }; Querystring: Query };
const OF_DEVICE = Type.Object({ device: Ids.device });
const HOUR = 3_600_000;

/** How devices did, and what they saw, over time. */
export function addDeviceHistoryRoutes(
  app: FastifyInstance,
  { store, now }: DeviceHistoryParts,
): void {
  app.get<Of<HealthHistoryQuery>>(
    '/api/devices/:device/health',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'readHealthHistory',
        summary:
          'How a device did: frame rate, latency, temperature, memory and what it lost, in at most 500 points',
        tags: ['devices'],
        params: OF_DEVICE,
        querystring: HealthHistoryQuery,
        response: { 200: HealthHistory, ...PROBLEMS },
      },
    },
    async ({ params: { device }, query }) =>
      known(
        device,
        await store.read('listHealth', { device, now: now(), ...spanOf(query, now()) }),
      ),
  );

  app.get<Of<TimelineQuery>>(
    '/api/devices/:device/timeline',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'readTimeline',
        summary:
          'What stood before its cameras, as intervals; where there are too many to draw, several as one',
        tags: ['devices'],
        params: OF_DEVICE,
        querystring: TimelineQuery,
        response: { 200: Timeline, ...PROBLEMS },
      },
    },
    async ({ params: { device }, query }) => {
      const { camera, ...asked } = query;
      return known(
        device,
        await store.read('readTimeline', { device, camera, ...spanOf(asked, now()) }),
      );
    },
  );
}

/** @throws ControlPlaneError `REQUEST_INVALID` */
function spanOf({ from, to }: { readonly from?: string; readonly to?: string }, now: EpochMillis) {
  const end = to === undefined ? now : Date.parse(to);
  const begin = from === undefined ? end - HOUR : Date.parse(from);
  if (begin < end) return { from: epochMillis(begin), to: epochMillis(end) };
  throw new ControlPlaneError(
    'REQUEST_INVALID',
    `Expected times of which from lies before to, received ${from ?? 'none'} and ${to ?? 'none'}.`,
  );
}

/** @throws ControlPlaneError `NOT_FOUND` */
function known<Found>(device: DeviceId, found: Found | null): Found {
  if (found !== null) return found;
  const message = `Expected a device that has enrolled or connected before, received ${device}.`;
  throw new ControlPlaneError('NOT_FOUND', message);
}
