import { asyncApiDocument } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { PROBLEMS } from '../problem.ts';
import { topicsPage } from '../topics-page/topics-page.ts';

const Healthz = Type.Object({
  ok: Type.Boolean(),
  version: Type.String(),
  problems: Type.Array(Type.String(), { description: 'What is wrong now; empty when all is well' }),
});

export interface Operations {
  readonly version: string;
  readonly problems: () => readonly string[];
  /** In Prometheus' text format. */
  readonly metrics: () => Promise<string>;
}

/** For whoever runs the process: `/healthz`, `/metrics` and the documents of the API. */
export function addOperationRoutes(
  app: FastifyInstance,
  { version, problems, metrics }: Operations,
): void {
  app.get(
    '/healthz',
    {
      config: { role: 'anyone' },
      schema: {
        operationId: 'healthz',
        summary: '200 when all is well, 503 with the reasons when not',
        tags: ['operations'],
        response: { 200: Healthz, 503: Healthz },
      },
    },
    async (_request, reply): Promise<Static<typeof Healthz>> => {
      const found = [...problems()];
      if (found.length > 0) reply.code(503);
      return { ok: found.length === 0, version, problems: found };
    },
  );

  app.get(
    '/metrics',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'metrics',
        summary: "In Prometheus' text format",
        tags: ['operations'],
        response: {
          200: { content: { 'text/plain': { schema: Type.String() } } },
          ...PROBLEMS,
        },
      },
    },
    async (_request, reply) => {
      const text = await metrics();
      return reply.type('text/plain; version=0.0.4; charset=utf-8').serializer(String).send(text);
    },
  );

  app.get('/api/asyncapi.json', { config: { role: 'anyone' }, schema: { hide: true } }, async () =>
    asyncApiDocument(version),
  );

  app.get(
    '/api/docs/mqtt',
    { config: { role: 'anyone' }, schema: { hide: true } },
    async (_request, reply) =>
      reply.type('text/html; charset=utf-8').serializer(String).send(topicsPage(version)),
  );

  app.get('/api/openapi.json', { config: { role: 'anyone' }, schema: { hide: true } }, async () =>
    app.swagger(),
  );
}
