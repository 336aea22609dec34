import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { nameOf } from '../../access/roles.ts';
import type { Subscribers } from '../../accounts/subscribers.ts';
import {
  NewSubscriber,
  Subscriber,
  SubscriberList,
  SubscriberName,
  SubscriberWithPassword,
} from '../../resources/subscriber.ts';
import type { CredentialAnswer } from '../credential-answer.ts';
import { PROBLEMS } from '../problem.ts';

type OfSubscriber = { Params: { name: string } };
const OF_SUBSCRIBER = Type.Object({ name: SubscriberName });

/** Accounts of the broker that only listen. */
export function addSubscriberRoutes(
  app: FastifyInstance,
  {
    subscribers,
    mqttUrl,
  }: { readonly subscribers: Subscribers } & Pick<CredentialAnswer, 'mqttUrl'>,
): void {
  const mqtt = ({ hostname }: { readonly hostname: string }) => ({ url: mqttUrl(hostname) });

  app.get(
    '/api/subscribers',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'listSubscribers',
        summary: 'Read-only accounts of the broker, by name',
        tags: ['subscribers'],
        response: { 200: SubscriberList, ...PROBLEMS },
      },
    },
    async () => ({ subscribers: await subscribers.list() }),
  );

  app.post<{ Body: NewSubscriber }>(
    '/api/subscribers',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'createSubscriber',
        summary: 'Reads some sites or devices; its password is told in the answer alone',
        tags: ['subscribers'],
        body: NewSubscriber,
        response: { 201: SubscriberWithPassword, ...PROBLEMS },
      },
    },
    async (request, reply) => {
      const made = await subscribers.create(request.body, nameOf(request.principal));
      return reply
        .code(201)
        .send({ ...made, mqtt: mqtt(request) } satisfies SubscriberWithPassword);
    },
  );

  app.post<OfSubscriber>(
    '/api/subscribers/:name/credential',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'rotateSubscriber',
        summary: 'Another password, told in the answer alone; who is connected is cut off',
        tags: ['subscribers'],
        params: OF_SUBSCRIBER,
        response: { 200: SubscriberWithPassword, ...PROBLEMS },
      },
    },
    async (request): Promise<SubscriberWithPassword> => ({
      ...(await subscribers.renew(request.params.name)),
      mqtt: mqtt(request),
    }),
  );

  app.delete<OfSubscriber>(
    '/api/subscribers/:name',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'revokeSubscriber',
        summary: 'Cut off, and gone',
        tags: ['subscribers'],
        params: OF_SUBSCRIBER,
        response: { 200: Subscriber, ...PROBLEMS },
      },
    },
    ({ params: { name } }) => subscribers.remove(name),
  );
}
