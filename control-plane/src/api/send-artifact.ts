import { Readable } from 'node:stream';
import type { Sha256 } from '@edgeloop/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Artifacts } from '../artifacts/artifacts.ts';
import { ControlPlaneError } from '../errors.ts';
import { parseByteRange } from './byte-range.ts';

/** For the `2xx` of a route that gives a file. */
export const FILE_ANSWERS = {
  200: { description: 'The whole', content: { 'application/octet-stream': { schema: {} } } },
  206: {
    description: 'The part that Range asks for',
    content: { 'application/octet-stream': { schema: {} } },
  },
} as const;

/**
 * Gives an artifact, whole or the range that is asked for, with its digest as entity tag: a
 * download that broke off goes on with `Range` and `If-Range`. Never whole in memory.
 * @throws ControlPlaneError `NOT_FOUND`, `RANGE_UNSATISFIABLE`
 */
export async function sendArtifact(
  { method, headers }: FastifyRequest,
  reply: FastifyReply,
  artifacts: Pick<Artifacts, 'find' | 'read'>,
  { sha256, type }: { sha256: Sha256; type: string },
): Promise<FastifyReply> {
  const size = await artifacts.find(sha256);
  if (size === null) {
    throw new ControlPlaneError('NOT_FOUND', `Expected content that is here, received ${sha256}.`);
  }
  const tag = `"${sha256}"`;
  const known = {
    etag: tag,
    'accept-ranges': 'bytes',
    'content-type': type,
    // Its name is its content; but who may see it can change.
    'cache-control': 'private, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
  };
  if (headers['if-none-match'] === tag) return reply.headers(known).code(304).send();
  const current = headers['if-range'] === undefined || headers['if-range'] === tag;
  const range = current ? parseByteRange(headers.range, size) : null;
  if (range === 'outside') {
    reply.header('content-range', `bytes */${size}`);
    const message = `Expected a range within ${size} bytes, received ${headers.range}.`;
    throw new ControlPlaneError('RANGE_UNSATISFIABLE', message);
  }
  // Of a stream for HEAD Fastify reads all and gives nothing; of nothing it would give the length.
  const content =
    method === 'HEAD' ? Readable.from([]) : await artifacts.read(sha256, range ?? undefined);
  // From here on nothing fails: no error is ever kept for a year as if it were the content.
  reply.headers(known).header('content-length', range ? range.last - range.first + 1 : size);
  if (range) {
    reply.code(206).header('content-range', `bytes ${range.first}-${range.last}/${size}`);
  }
  return reply.send(content);
}
