import { type DeviceId, Ids } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { nameOf } from '../../access/roles.ts';
import type { ConfigurationAssignmentStore } from '../../configuration/configuration-assignment-store.ts';
import { ControlPlaneError } from '../../errors.ts';
import {
  AssignConfiguration,
  ConfigurationAssignmentPage,
  ConfigurationVersionQuery,
  DeviceConfiguration,
} from '../../resources/configuration.ts';
import type { Store } from '../../store/store.ts';
import { checkIfMatch, tagPart } from '../hooks/entity-tags.ts';
import { PROBLEMS } from '../problem.ts';

export interface DeviceConfigurationParts {
  readonly store: Pick<Store, 'read'>;
  readonly configurationAssignments: ConfigurationAssignmentStore;
  /** What is to be said to it has changed. */
  readonly onConfigured: (device: DeviceId) => void;
}

type OfDevice = { Params: { device: DeviceId } };
const OF_DEVICE = Type.Object({ device: Ids.device });
const TAGS = ['configurations'];

/** Which configuration holds on a device, and what it says of it. */
export function addDeviceConfigurationRoutes(
  app: FastifyInstance,
  { store, configurationAssignments: assignments, onConfigured }: DeviceConfigurationParts,
): void {
  const requireDevice = async (device: DeviceId) => {
    if (await store.read('viewDevice', device)) return;
    const message = `Expected a device that has enrolled or connected before, received ${device}.`;
    throw new ControlPlaneError('NOT_FOUND', message);
  };

  app.get<OfDevice>(
    '/api/devices/:device/configuration',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'viewDeviceConfiguration',
        summary: 'Which configuration holds on a device, and what it reports of it',
        tags: TAGS,
        params: OF_DEVICE,
        response: { 200: DeviceConfiguration, ...PROBLEMS },
      },
    },
    async ({ params: { device } }, reply) => {
      await requireDevice(device);
      const view = await assignments.view(device);
      tagPart(reply, view.assigned);
      return view;
    },
  );

  app.put<OfDevice & { Body: AssignConfiguration }>(
    '/api/devices/:device/configuration',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'assignConfiguration',
        summary:
          'A version for one device; null: its agent.yaml alone. With If-Match, only where nobody else has',
        tags: TAGS,
        params: OF_DEVICE,
        body: AssignConfiguration,
        response: { 200: DeviceConfiguration, ...PROBLEMS },
      },
    },
    async (request) => {
      const { device } = request.params;
      await requireDevice(device);
      const source = nameOf(request.principal);
      // Whatever the device has come to say of it meanwhile.
      const check = ({ assigned }: DeviceConfiguration) => checkIfMatch(request, assigned);
      const assigned = await assignments.assign(device, request.body.version, source, check);
      onConfigured(device);
      return assigned;
    },
  );

  app.get<OfDevice & { Querystring: ConfigurationVersionQuery }>(
    '/api/devices/:device/configuration/history',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listConfigurationAssignments',
        summary: 'Which configuration held on a device since when, and who said so; newest first',
        tags: TAGS,
        params: OF_DEVICE,
        querystring: ConfigurationVersionQuery,
        response: { 200: ConfigurationAssignmentPage, ...PROBLEMS },
      },
    },
    async ({ params: { device }, query }) => {
      await requireDevice(device);
      return assignments.history(device, query);
    },
  );
}
