import type { FastifyError } from 'fastify';
import Type, { type Static } from 'typebox';
import { ControlPlaneError } from '../errors.ts';

/** The one shape of every answer that is not 2xx. */
export const ApiError = Type.Object({
  error: Type.Object({
    code: Type.String({ description: 'Stable: programs may match on it' }),
    message: Type.String(),
  }),
});
export type ApiError = Static<typeof ApiError>;

const STATUS: Readonly<Record<string, number>> = {
  REQUEST_INVALID: 400,
  NOT_FOUND: 404,
  STORE_FAILED: 503,
};

export function toApiError(error: Error | FastifyError): { status: number; body: ApiError } {
  const answer = (status: number, code: string, message: string) => ({
    status,
    body: { error: { code, message } },
  });
  if (error instanceof ControlPlaneError) {
    return answer(STATUS[error.code] ?? 500, error.code, error.message);
  }
  const status = (error as FastifyError).statusCode ?? 500;
  if (status < 500) return answer(status, 'REQUEST_INVALID', error.message);
  return answer(500, 'INTERNAL', 'Something broke here. The log says more.');
}
