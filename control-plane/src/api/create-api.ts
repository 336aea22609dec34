import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { TSchema } from 'typebox';
import { ControlPlaneError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { toApiError } from './api-error.ts';
import { addDetectionRoutes } from './routes/detections.ts';
import { addDeviceRoutes } from './routes/devices.ts';
import { addOperationRoutes, type Operations } from './routes/operations.ts';
import { validateRequest } from './validate-request.ts';

export interface ApiOptions extends Operations {
  readonly store: Pick<Store, 'read'>;
  readonly log: Logger;
}

/** The HTTP API, not listening yet. Its OpenAPI document comes from the same schemas that check the requests. */
export async function createApi({
  store,
  log,
  ...operations
}: ApiOptions): Promise<FastifyInstance> {
  const app = Fastify({ logger: false, forceCloseConnections: true });
  app.setValidatorCompiler(({ schema, httpPart }) =>
    validateRequest(schema as TSchema, httpPart ?? 'request'),
  );
  // Answers are built by our own code from typed values: the schemas describe them.
  app.setSerializerCompiler(() => JSON.stringify);
  app.setErrorHandler((error: Error, request, reply) => {
    const { status, body } = toApiError(error);
    if (status >= 500) log.error({ url: request.url, error: error.message }, 'request failed');
    void reply.code(status).send(body);
  });
  app.setNotFoundHandler(({ method, url }) => {
    throw new ControlPlaneError(
      'NOT_FOUND',
      `Expected one of the paths in /api/openapi.json, received ${method} ${url.slice(0, 200)}.`,
    );
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Edgeloop control plane',
        version: operations.version,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
    },
  });
  addDeviceRoutes(app, store);
  addDetectionRoutes(app, store);
  addOperationRoutes(app, operations);
  return app;
}
