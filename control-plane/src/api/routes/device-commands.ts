import { type CommandId, type DeviceId, DeviceLog, Ids } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { nameOf } from '../../access/roles.ts';
import type { CommandService } from '../../device-commands/command-service.ts';
import type { CommandStore } from '../../device-commands/command-store.ts';
import type { DeviceLogStore } from '../../device-commands/device-log-store.ts';
import {
  CommandPage,
  CommandQuery,
  CommandView,
  DeviceLogView,
  NewCommand,
} from '../../resources/device-command.ts';
import { NONE, OrNone } from '../../resources/or-none.ts';
import { askingDevice } from '../asking-device.ts';
import { orNone } from '../or-none.ts';
import { PROBLEMS } from '../problem.ts';

export interface CommandParts {
  readonly commandService: Pick<CommandService, 'create'>;
  readonly commands: Pick<CommandStore, 'view' | 'list'>;
  readonly deviceLogs: DeviceLogStore;
}

type OfDevice = { Params: { device: DeviceId } };
const OF_DEVICE = Type.Object({ device: Ids.device });

/** What devices are asked to do once, and the logs that came of it. */
export function addDeviceCommandRoutes(
  app: FastifyInstance,
  { commandService, commands, deviceLogs }: CommandParts,
): void {
  app.post<OfDevice & { Body: NewCommand }>(
    '/api/devices/:device/commands',
    {
      config: { role: 'operator', idempotent: true },
      schema: {
        operationId: 'createCommand',
        summary: 'Asks a device to do something once; command.acknowledged tells what became of it',
        tags: ['devices'],
        params: OF_DEVICE,
        body: NewCommand,
        response: { 202: CommandView, ...PROBLEMS },
      },
    },
    async ({ params: { device }, body, principal }, reply) => {
      const view = await commandService.create(device, body, nameOf(principal));
      void reply.code(202);
      return view;
    },
  );

  app.get<OfDevice & { Querystring: CommandQuery }>(
    '/api/devices/:device/commands',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listCommands',
        summary: 'What a device was asked within the last 30 days, newest first',
        tags: ['devices'],
        params: OF_DEVICE,
        querystring: CommandQuery,
        response: { 200: CommandPage, ...PROBLEMS },
      },
    },
    ({ params: { device }, query }) => commands.list(device, query),
  );

  app.get<{ Params: { device: DeviceId; id: CommandId } }>(
    '/api/devices/:device/commands/:id',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'viewCommand',
        summary: 'One command, and what the device answered',
        tags: ['devices'],
        params: Type.Object({ device: Ids.device, id: Ids.commandId }),
        response: { 200: CommandView, ...PROBLEMS },
      },
    },
    ({ params: { device, id } }) => commands.view(device, id),
  );

  app.get<OfDevice & { Querystring: OrNone }>(
    '/api/devices/:device/log',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'viewDeviceLog',
        summary: 'The log lines that the newest command logs fetched',
        tags: ['devices'],
        params: OF_DEVICE,
        querystring: OrNone,
        response: { 200: DeviceLogView, ...NONE, ...PROBLEMS },
      },
    },
    ({ params: { device }, query }, reply) => orNone(query, reply, () => deviceLogs.view(device)),
  );

  app.put<{ Body: DeviceLog }>(
    '/api/device/log',
    {
      config: { role: 'device', unaudited: true },
      schema: {
        operationId: 'keepDeviceLog',
        summary: "The newest lines of the agent's log, for the command that asked for them",
        tags: ['device'],
        body: DeviceLog,
        response: { 204: { description: 'They are kept', type: 'null' }, ...PROBLEMS },
      },
    },
    async (request, reply) => {
      await deviceLogs.keep(askingDevice(request).device, request.body);
      return reply.code(204).send();
    },
  );
}
