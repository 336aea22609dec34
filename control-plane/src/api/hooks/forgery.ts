import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { ControlPlaneError } from '../../errors.ts';

const CSRF_HEADER = 'x-edgeloop-csrf';

/** What changes nothing. Source: RFC 9110, 9.2.1. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

export const isChange = ({ method }: { readonly method: string }) => !SAFE.has(method);

/**
 * A browser sends a cookie along whoever made the page that asks. So a change with a cookie must
 * come from a page of this server, as the browser says itself, and must bring what only such a page
 * can have read. Source: OWASP, Cross-Site Request Forgery Prevention.
 * @throws ControlPlaneError `FORGERY_SUSPECTED`
 */
export function requireOwnPage(request: FastifyRequest, csrf: string): void {
  refuseForeignPage(request);
  const given = request.headers[CSRF_HEADER];
  if (typeof given === 'string' && equal(given, csrf)) return;
  const message = `Expected the header ${CSRF_HEADER} with what GET /api/session says, received ${given === undefined ? 'none' : 'another'}. Read it again.`;
  throw new ControlPlaneError('FORGERY_SUSPECTED', message);
}

/** @throws ControlPlaneError `FORGERY_SUSPECTED` for what a page of another origin sent */
export function refuseForeignPage({ headers, host }: FastifyRequest): void {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) {
    if (site === 'same-origin' || site === 'none') return;
    throw foreign(String(site));
  }
  const { origin } = headers;
  // Its host alone: behind a proxy that ends TLS the scheme is another here.
  if (origin === undefined || (URL.canParse(origin) && new URL(origin).host === host)) return;
  throw foreign(origin);
}

function foreign(from: string): ControlPlaneError {
  const message = `Expected a change from a page of this server, received one from ${from.slice(0, 100)}. Programs use a token.`;
  return new ControlPlaneError('FORGERY_SUSPECTED', message);
}

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
