import type { FastifyError, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { ControlPlaneError, ERRORS, type ErrorCode } from '../errors.ts';
import { type BodySchema, describeBody } from './hooks/body-schema.ts';

/** The one shape of every answer that is not 2xx: `application/problem+json` (RFC 9457). */
export const Problem = Type.Object({
  type: Type.String({ description: 'A URI: the same for each of its kind' }),
  title: Type.String({ description: 'The same for each of its kind, for a person' }),
  status: Type.Integer(),
  code: Type.String({ description: 'Stable: programs may match on it' }),
  detail: Type.String({ description: 'What was expected, what came, and what to do' }),
});
export type Problem = Static<typeof Problem>;

export const PROBLEM_TYPE = 'application/problem+json';

/** For the responses of a route's schema. */
export const PROBLEMS = {
  '4xx': {
    description: 'The request can not be fulfilled',
    content: { [PROBLEM_TYPE]: { schema: Problem } },
  },
  '5xx': {
    description: 'Something is broken here',
    content: { [PROBLEM_TYPE]: { schema: Problem } },
  },
} as const;

/** @param request that failed */
export function toProblem(error: Error | FastifyError, request: FastifyRequest): Problem {
  if (error instanceof ControlPlaneError) {
    return problem(error.code, ERRORS[error.code].http, ERRORS[error.code].title, error.message);
  }
  const status = (error as FastifyError).statusCode ?? 500;
  if (status < 500) {
    const detail = explain(error as FastifyError, request);
    return problem('REQUEST_INVALID', status, ERRORS.REQUEST_INVALID.title, detail);
  }
  return problem('INTERNAL', 500, 'Something broke here', 'The log says more.');
}

/** What Fastify refuses by itself, in our words. */
function explain({ code, message }: FastifyError, request: FastifyRequest): string {
  const { headers, routeOptions } = request;
  switch (code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE': {
      const type = (headers['content-type'] ?? 'none').slice(0, 100);
      const body = describeBody(routeOptions.schema?.body as BodySchema | undefined);
      return `Expected ${body}, received the type ${type}. The header Content-Type names it.`;
    }
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return `Expected a body of at most ${routeOptions.bodyLimit} bytes, received more.`;
    default:
      return message;
  }
}

function problem(
  code: ErrorCode | 'INTERNAL',
  status: number,
  title: string,
  detail: string,
): Problem {
  const type = `urn:edgeloop:problem:${code.toLowerCase().replaceAll('_', '-')}`;
  return { type, title, status, code, detail };
}
