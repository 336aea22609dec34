import type { Millis } from '@edgeloop/protocol';
import type { FastifyReply } from 'fastify';
import { ControlPlaneError } from '../errors.ts';

/** For who comes within the pause that failures before made. @returns what to throw */
export function refuseEarly(reply: FastifyReply, wait: Millis, from: string): ControlPlaneError {
  const pause = Math.ceil(wait / 1000);
  reply.header('retry-after', pause);
  const message = `Expected a pause of ${pause} s after failed attempts from ${from}, received another that fails.`;
  return new ControlPlaneError('TOO_MANY_ATTEMPTS', message);
}
