import { type DeviceId, Ids } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { ControlPlaneError } from '../../errors.ts';
import { DevicePage, DeviceQuery, DeviceView } from '../../resources/device.ts';
import { RunPage, RunQuery } from '../../resources/run.ts';
import { PROBLEMS } from '../problem.ts';
import type { FleetViewParts } from './fleet.ts';

const DEFAULT_LIMIT = 100;

/** What is known of devices. */
export function addDeviceRoutes(
  app: FastifyInstance,
  { store, now, silentAfter }: FleetViewParts,
): void {
  app.get<{ Querystring: DeviceQuery }>(
    '/api/devices',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listDevices',
        summary:
          'Devices that enrolled or ever said a word, by name; attribute.<name>=<value>, too',
        tags: ['devices'],
        querystring: DeviceQuery,
        response: { 200: DevicePage, ...PROBLEMS },
      },
    },
    ({ query }) => store.read('listDevices', { limit: DEFAULT_LIMIT, ...query }),
  );

  app.get<{ Params: { device: DeviceId } }>(
    '/api/devices/:device',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'viewDevice',
        summary: 'One device: what it reports, its cameras, health and streams',
        tags: ['devices'],
        params: Type.Object({ device: Ids.device }),
        response: { 200: DeviceView, ...PROBLEMS },
      },
    },
    async ({ params: { device } }) => {
      const view = await store.read('viewDevice', device);
      if (view) return { now: now(), silentAfterMillis: silentAfter, ...view };
      throw deviceNotFound(device);
    },
  );

  app.get<{ Params: { device: DeviceId }; Querystring: RunQuery }>(
    '/api/devices/:device/runs',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listRuns',
        summary:
          'What ran on a device, or ran at a time; which rollout put it there, who approved it',
        tags: ['devices'],
        params: Type.Object({ device: Ids.device }),
        querystring: RunQuery,
        response: { 200: RunPage, ...PROBLEMS },
      },
    },
    async ({ params: { device }, query }) => {
      const page = await store.read('listRuns', { limit: DEFAULT_LIMIT, ...query, device });
      if (page) return page;
      throw deviceNotFound(device);
    },
  );
}

const deviceNotFound = (device: DeviceId) =>
  new ControlPlaneError(
    'NOT_FOUND',
    `Expected a device that has enrolled or connected before, received ${device}.`,
  );
