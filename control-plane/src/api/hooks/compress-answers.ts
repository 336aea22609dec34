import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

/** Shorter ones are not worth it, in characters. */
const LEAST = 4_096;
/** Somebody waits for the answer: the level that takes least time. */
const OPTIONS = { level: constants.Z_BEST_SPEED };

const zip = promisify(gzip);

/**
 * Of long answers in JSON, which go over a network to one who takes them compressed; those on the
 * same machine come sooner as they are.
 */
export function compressAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async ({ ip, headers }, reply, payload) => {
    if (typeof payload !== 'string' || payload.length < LEAST || isHere(ip)) return payload;
    if (!/^application\/([\w.-]+\+)?json/.test(String(reply.getHeader('content-type')))) {
      return payload;
    }
    reply.header('vary', 'accept-encoding');
    if (!takesGzip(headers['accept-encoding'])) return payload;
    const tag = reply.getHeader('etag');
    // The same resource, but not the same bytes (RFC 9110, 8.8.3.3).
    if (typeof tag === 'string') reply.header('etag', `W/${tag}`);
    reply.removeHeader('content-length').header('content-encoding', 'gzip');
    return zip(payload, OPTIONS);
  });
}

const isHere = (ip: string) => ip === '::1' || /^(::ffff:)?127\./.test(ip);

const takesGzip = (accepted: string | string[] | undefined) =>
  /(^|,)\s*gzip\s*(;\s*q=(1|0\.\d*[1-9])\b|,|$)/.test(String(accepted ?? ''));
