import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ControlPlaneError } from '../../errors.ts';

/** Of a resource as the API gives it: another body, another tag (RFC 9110, 8.8.3). */
function entityTag(body: string): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
}

/** Puts an `ETag` on what a GET gives as JSON, and answers 304 where the asker has it. */
export function addEntityTags(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const json = String(reply.getHeader('content-type')).startsWith('application/json');
    if (
      request.method !== 'GET' ||
      reply.statusCode !== 200 ||
      typeof payload !== 'string' ||
      !json
    ) {
      return payload;
    }
    const part = reply.getHeader('etag');
    const tag = part ? withinPart(String(part), payload) : entityTag(payload);
    reply.header('etag', tag);
    if (!tagsOf(request.headers['if-none-match']).includes(tag)) return payload;
    reply.code(304).removeHeader('content-length');
    return '';
  });
}

/**
 * Of a resource that changes by itself, too, as a device reports: the part that people change. Its
 * tag comes to stand before that of the whole, so that `If-None-Match` goes by all of it and
 * `If-Match` by the part alone.
 */
export function tagPart(reply: FastifyReply, part: unknown): void {
  reply.header('etag', entityTag(JSON.stringify(part)));
}

/**
 * For a change of a resource: with `If-Match` it goes through only where the resource is as the
 * asker saw it.
 * @param now the resource as the API would give it now, or its part (`tagPart`); ask within the
 * transaction that changes it
 * @throws ControlPlaneError `PRECONDITION_FAILED`
 */
export function checkIfMatch({ headers }: Pick<FastifyRequest, 'headers'>, now: unknown): void {
  const expected = tagsOf(headers['if-match']);
  if (expected.length === 0 || expected.includes('*')) return;
  const tag = entityTag(JSON.stringify(now));
  if (expected.some((each) => partOf(each) === tag)) return;
  throw new ControlPlaneError(
    'PRECONDITION_FAILED',
    `Expected it to be as ${expected.join(' or ')} (If-Match), received one that was changed in the meantime (${tag}). Read it again.`,
  );
}

/** No tag has a point in it. */
const withinPart = (part: string, body: string) =>
  `${part.slice(0, -1)}.${entityTag(body).slice(1)}`;
const partOf = (tag: string) => tag.replace(/\..*"$/, '"');

const tagsOf = (header: string | undefined) =>
  (header ?? '').split(',').flatMap((tag) => tag.trim().replace(/^W\//, '') || []);
