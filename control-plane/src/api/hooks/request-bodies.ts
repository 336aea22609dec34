import { nestsTooDeep } from '@edgeloop/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ControlPlaneError } from '../../errors.ts';
import { type BodySchema, describeBody } from './body-schema.ts';
import './route-config.ts';

/**
 * Holds the body of a request to what the route describes: none that is described is missing (`{}`
 * is taken where no key is required), and none that is not described is read.
 */
export function addRequestBodies(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  // Many clients name the type with nothing behind it.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else if (nestsTooDeep(body as string)) done(tooDeep());
    else void parseJson(request, body as string, done);
  });
  // A text is no body of ours: without its parser it is refused as every other type is.
  app.removeContentTypeParser('text/plain');
  app.addHook('preValidation', async (request) => {
    const { config, schema } = request.routeOptions;
    if (!config.role) return;
    const described = schema?.body as BodySchema | undefined;
    if (!described) requireNone(request);
    else if (request.body === undefined || request.body === null) {
      if (!mayBeAbsent(described)) throw missing(described);
      request.body = {};
    }
  });
}

/** Whether `{}` is a body, too. */
export function mayBeAbsent({ type, required = [] }: BodySchema): boolean {
  return type === 'object' && required.length === 0;
}

function requireNone({ body, method, routeOptions }: FastifyRequest): void {
  if (body === undefined || body === null) return;
  if (isPlain(body) && Object.keys(body).length === 0) return;
  throw new ControlPlaneError(
    'REQUEST_INVALID',
    `Expected no body for ${method} ${routeOptions.url}, received one. Send it without.`,
  );
}

function tooDeep(): ControlPlaneError {
  const message = 'Expected a body of JSON that nests at most 512 deep, received deeper.';
  return new ControlPlaneError('REQUEST_INVALID', message);
}

function missing(schema: BodySchema): ControlPlaneError {
  const { required = [] } = schema;
  const keys = required.length > 0 ? ` with ${required.join(', ')}` : '';
  return new ControlPlaneError(
    'REQUEST_INVALID',
    `Expected ${describeBody(schema)}${keys}, received none. /api/docs shows one.`,
  );
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
