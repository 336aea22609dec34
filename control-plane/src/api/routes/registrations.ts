import { DeviceCredential, type DeviceId, Ids } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Decommission } from '../../devices/decommission.ts';
import type { Fleet } from '../../devices/fleet.ts';
import type { RegistrationStore } from '../../devices/registration-store.ts';
import { NONE, OrNone } from '../../resources/or-none.ts';
import { Decommissioned, Registration, RegistrationChange } from '../../resources/registration.ts';
import { type CredentialAnswer, credentialAnswer } from '../credential-answer.ts';
import { checkIfMatch } from '../hooks/entity-tags.ts';
import { orNone } from '../or-none.ts';
import { PROBLEMS } from '../problem.ts';

export interface RegistrationParts extends CredentialAnswer {
  readonly fleet: Fleet;
  readonly registrations: Pick<RegistrationStore, 'read'>;
  readonly decommission: Decommission;
}

type OfDevice = { Params: { device: DeviceId } };
const OF_DEVICE = Type.Object({ device: Ids.device });

/** What devices are to the fleet, and how one leaves it. */
export function addRegistrationRoutes(app: FastifyInstance, parts: RegistrationParts): void {
  const { fleet, registrations, decommission } = parts;

  app.get<OfDevice & { Querystring: OrNone }>(
    '/api/devices/:device/registration',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'readRegistration',
        summary: 'Site, tags, attributes and credential of an enrolled device',
        tags: ['devices'],
        params: OF_DEVICE,
        querystring: OrNone,
        response: { 200: Registration, ...NONE, ...PROBLEMS },
      },
    },
    ({ params: { device }, query }, reply) =>
      orNone(query, reply, async () => registrations.read(device)),
  );

  app.patch<OfDevice & { Body: RegistrationChange }>(
    '/api/devices/:device/registration',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'changeRegistration',
        summary:
          'Sets what is given; tags and attributes as a whole. With If-Match, only where nobody else has',
        tags: ['devices'],
        params: OF_DEVICE,
        body: RegistrationChange,
        response: { 200: Registration, ...PROBLEMS },
      },
    },
    (request) =>
      fleet.change(request.params.device, request.body, (now) => checkIfMatch(request, now)),
  );

  app.post<OfDevice>(
    '/api/devices/:device/credential',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'rotateCredential',
        summary: 'Another password, told in the answer alone, for whoever brings it to the device',
        tags: ['devices'],
        params: OF_DEVICE,
        response: { 200: DeviceCredential, ...PROBLEMS },
      },
    },
    async (request) => credentialAnswer(parts, request, await fleet.renew(request.params.device)),
  );

  app.post<OfDevice>(
    '/api/devices/:device/revoke',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'revokeDevice',
        summary: 'It may nothing from now on: cut off, and ignored. What it said is kept',
        tags: ['devices'],
        params: OF_DEVICE,
        response: { 200: Registration, ...PROBLEMS },
      },
    },
    ({ params: { device } }) => fleet.revoke(device),
  );

  app.delete<OfDevice & { Querystring: { pictures?: boolean } }>(
    '/api/devices/:device',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'decommissionDevice',
        summary: 'Removes it with its detections and, if asked, its pictures, also from datasets',
        tags: ['devices'],
        params: OF_DEVICE,
        querystring: Type.Object(
          {
            pictures: Type.Optional(Type.Boolean({ description: 'Default false: they are kept' })),
          },
          { additionalProperties: false },
        ),
        response: { 200: Decommissioned, ...PROBLEMS },
      },
    },
    ({ params: { device }, query: { pictures = false } }) => decommission.run(device, pictures),
  );
}
