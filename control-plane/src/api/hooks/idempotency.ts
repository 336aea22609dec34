import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IdempotencyStore } from '../../access/idempotency-store.ts';
import { nameOf } from '../../access/roles.ts';
import { ControlPlaneError } from '../../errors.ts';
import './route-config.ts';

/** The header of an answer that was given before. */
export const REPLAYED = 'idempotent-replayed';

const KEY = /^[\x21-\x7e]{1,128}$/;

/**
 * A route that creates something and says `idempotent` may be asked again with the same
 * `Idempotency-Key` (after a lost answer): it does nothing more, and answers the same.
 */
export function addIdempotency(app: FastifyInstance, store: IdempotencyStore): void {
  const begun = new WeakMap<FastifyRequest, ReturnType<typeof keyed>>();

  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key'];
    if (key === undefined || !request.routeOptions.config.idempotent) return;
    const asked = keyed(request, key);
    const before = await store.begin(asked);
    if (before === null) {
      begun.set(request, asked);
      return;
    }
    return reply
      .code(before.status)
      .header(REPLAYED, 'true')
      .type('application/json; charset=utf-8')
      .serializer(String)
      .send(before.body);
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const asked = begun.get(request);
    if (!asked) return payload;
    begun.delete(request);
    const { statusCode: status } = reply;
    if (status < 400) await store.keep(asked, { status, body: String(payload) });
    else await store.forget(asked);
    return payload;
  });
}

function keyed(request: FastifyRequest, key: string | string[]) {
  if (typeof key !== 'string' || !KEY.test(key)) {
    const message = `Expected 1 to 128 printable characters for Idempotency-Key, received ${JSON.stringify(key)}.`;
    throw new ControlPlaneError('REQUEST_INVALID', message);
  }
  const what = JSON.stringify([request.method, request.url, request.body ?? null]);
  const fingerprint = createHash('sha256').update(what).digest('hex');
  return { principal: nameOf(request.principal), key, fingerprint };
}
