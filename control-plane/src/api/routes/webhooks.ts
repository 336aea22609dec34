import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { CreatedWebhook, NewWebhook, WebhookList } from '../../resources/webhook.ts';
import type { Webhooks } from '../../webhooks/webhooks.ts';
import { PROBLEMS } from '../problem.ts';

/** Who is told of events by HTTP. */
export function addWebhookRoutes(app: FastifyInstance, webhooks: Webhooks): void {
  app.get(
    '/api/webhooks',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'listWebhooks',
        summary: 'Webhooks, oldest first, with how far each is behind',
        tags: ['events'],
        response: { 200: WebhookList, ...PROBLEMS },
      },
    },
    async () => ({ webhooks: await webhooks.list() }),
  );

  app.post<{ Body: NewWebhook }>(
    '/api/webhooks',
    {
      config: { role: 'operator', idempotent: true },
      schema: {
        operationId: 'createWebhook',
        summary:
          'Events are posted to a URL, signed as Standard Webhooks says, until they are taken',
        tags: ['events'],
        body: NewWebhook,
        response: { 201: CreatedWebhook, ...PROBLEMS },
      },
    },
    async ({ body }, reply) => reply.code(201).send(await webhooks.create(body)),
  );

  app.delete<{ Params: { id: string } }>(
    '/api/webhooks/:id',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'deleteWebhook',
        summary: 'It is told nothing more, not even what waits',
        tags: ['events'],
        params: Type.Object({ id: Type.String() }),
        response: { 204: Type.Null(), ...PROBLEMS },
      },
    },
    async ({ params: { id } }, reply) => {
      await webhooks.remove(id);
      return reply.code(204).send();
    },
  );
}
