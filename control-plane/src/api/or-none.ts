import type { FastifyReply } from 'fastify';
import { ControlPlaneError } from '../errors.ts';
import type { OrNone } from '../resources/or-none.ts';

/** What is there; 204 without it, for who asked for that. @throws as `find` */
export async function orNone<Found>(
  { orNone: isAsked = false }: OrNone,
  reply: FastifyReply,
  find: () => Promise<Found>,
): Promise<Found | FastifyReply> {
  try {
    return await find();
  } catch (error) {
    if (!isAsked || !(error instanceof ControlPlaneError) || error.code !== 'NOT_FOUND')
      throw error;
    return noneOf(reply);
  }
}

/** Not kept by anyone: it may be there the next time. */
export const noneOf = (reply: FastifyReply): FastifyReply =>
  reply.code(204).header('cache-control', 'no-store').send();
