import { CredentialRequest, DeviceCredential, EnrolmentRequest } from '@edgeloop/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { AttemptLimit } from '../../access/attempt-limit.ts';
import { nameOf } from '../../access/roles.ts';
import type { EnrolmentTokenStore } from '../../devices/enrolment-token-store.ts';
import type { Fleet } from '../../devices/fleet.ts';
import type { Renewed } from '../../devices/registration-store.ts';
import { ControlPlaneError } from '../../errors.ts';
import {
  CreatedEnrolmentToken,
  EnrolmentToken,
  EnrolmentTokenList,
  NewEnrolmentToken,
} from '../../resources/enrolment-token.ts';
import { type CredentialAnswer, credentialAnswer } from '../credential-answer.ts';
import { attemptFailed } from '../hooks/authenticate.ts';
import { PROBLEMS } from '../problem.ts';

export interface EnrolmentParts extends CredentialAnswer {
  readonly fleet: Fleet;
  readonly enrolmentTokens: EnrolmentTokenStore;
  readonly attempts: AttemptLimit;
}

/** How a device comes into the fleet, and gets another password by itself. */
export function addEnrolmentRoutes(app: FastifyInstance, parts: EnrolmentParts): void {
  const { fleet } = parts;
  addTokenRoutes(app, parts);

  app.post<{ Body: EnrolmentRequest }>(
    '/api/enrol',
    {
      config: { role: 'anyone' },
      schema: {
        operationId: 'enrolDevice',
        summary: 'A device that was given a token gets a credential of its own',
        tags: ['enrolment'],
        body: EnrolmentRequest,
        response: { 201: DeviceCredential, ...PROBLEMS },
      },
    },
    async (request, reply) => {
      const renewed = await attempt(parts, request, reply, () => fleet.enrol(request.body));
      return reply.code(201).send(await credentialAnswer(parts, request, renewed));
    },
  );

  app.post<{ Body: CredentialRequest }>(
    '/api/device/credential',
    {
      config: { role: 'anyone' },
      schema: {
        operationId: 'rotateOwnCredential',
        summary: 'A device that proves that it has its key gets another password',
        tags: ['enrolment'],
        body: CredentialRequest,
        response: { 200: DeviceCredential, ...PROBLEMS },
      },
    },
    async (request, reply) => {
      const renewed = await attempt(parts, request, reply, () => fleet.renewByKey(request.body));
      return credentialAnswer(parts, request, renewed);
    },
  );
}

function addTokenRoutes(app: FastifyInstance, { enrolmentTokens }: EnrolmentParts): void {
  app.get(
    '/api/enrolment-tokens',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'listEnrolmentTokens',
        summary: 'Oldest first; used, expired and revoked ones too',
        tags: ['enrolment'],
        response: { 200: EnrolmentTokenList, ...PROBLEMS },
      },
    },
    async () => ({ tokens: await enrolmentTokens.list() }),
  );

  app.post<{ Body: NewEnrolmentToken }>(
    '/api/enrolment-tokens',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'createEnrolmentToken',
        summary: 'For one device or several; its secret is told in the answer alone',
        tags: ['enrolment'],
        body: NewEnrolmentToken,
        response: { 201: CreatedEnrolmentToken, ...PROBLEMS },
      },
    },
    async ({ body, principal }, reply) =>
      reply.code(201).send(await enrolmentTokens.create(body, nameOf(principal))),
  );

  app.delete<{ Params: { id: string } }>(
    '/api/enrolment-tokens/:id',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'revokeEnrolmentToken',
        summary: 'It is worth nothing from now on; who enrolled with it stays',
        tags: ['enrolment'],
        params: Type.Object({ id: Type.String() }),
        response: { 200: EnrolmentToken, ...PROBLEMS },
      },
    },
    ({ params: { id } }) => enrolmentTokens.revoke(id),
  );
}

/** Whoever guesses tokens or keys waits longer each time. */
async function attempt(
  { attempts }: EnrolmentParts,
  request: FastifyRequest,
  reply: FastifyReply,
  work: () => Promise<Renewed>,
): Promise<Renewed> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof ControlPlaneError ? error.code : null;
    if (code === 'UNAUTHENTICATED') attemptFailed(attempts, request, reply);
    throw error;
  }
}
