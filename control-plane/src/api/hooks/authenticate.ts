import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addressKey } from '../../access/address-key.ts';
import type { AttemptLimit } from '../../access/attempt-limit.ts';
import { mayUse, type Principal, type RouteRole, roleOf } from '../../access/roles.ts';
import { sessionSecretOf } from '../../access/sessions/session-cookie.ts';
import type { SessionStore } from '../../access/sessions/session-store.ts';
import type { TokenStore } from '../../access/token-store.ts';
import { ControlPlaneError } from '../../errors.ts';
import { refuseEarly } from '../refuse-early.ts';
import { isChange, refuseForeignPage, requireOwnPage } from './forgery.ts';
import './route-config.ts';

/** Devices prove who they are with what they connect to the broker with. */
export interface DeviceAuthenticator {
  authenticate(device: string, password: string): Promise<(Principal & { kind: 'device' }) | null>;
}

export interface AuthenticateOptions {
  readonly tokens: Pick<TokenStore, 'authenticate'>;
  readonly sessions: Pick<SessionStore, 'find'>;
  readonly devices: DeviceAuthenticator;
  readonly attempts: AttemptLimit;
}

const NOBODY: Principal = { kind: 'nobody' };

/**
 * Says who asks, by `Authorization: Bearer <token>`, for a device `Basic <device>:<password>`, or
 * by the cookie of a session, and refuses what their role may not do. Fails closed: a route that
 * names no role is an error at the start.
 */
export function addAuthentication(app: FastifyInstance, options: AuthenticateOptions): void {
  // Set for each request before anyone reads them: Fastify shares no object between requests.
  app.decorateRequest('principal', null as never);
  app.decorateRequest('session', null);
  app.decorateRequest('whoNow', null as never);
  app.addHook('onRoute', ({ url, method, config }) => {
    if (method === 'HEAD' || method === 'OPTIONS' || config?.role) return;
    throw new Error(`Expected a role for the route ${method} ${url}, received none.`);
  });
  app.addHook('onRequest', async (request, reply) => {
    request.whoNow = async () => (await whoIs(request, options)) ?? NOBODY;
    const principal = await whoIs(request, options);
    if (!principal) {
      attemptFailed(options.attempts, request, reply);
      const message =
        'Expected a credential that is known, unexpired and not revoked, received another.';
      throw new ControlPlaneError('UNAUTHENTICATED', message);
    }
    request.principal = principal;
    const { role, opensSession } = request.routeOptions.config;
    if (isChange(request)) {
      // Nor may another site log a browser in as somebody.
      if (opensSession) refuseForeignPage(request);
      else if (request.session) requireOwnPage(request, request.session.csrf);
    }
    // No role: no route. What is not there is told to anyone.
    if (role) requireRole(principal, role, reply);
  });
}

/** @throws ControlPlaneError `UNAUTHENTICATED`, `FORBIDDEN` */
export function requireRole(principal: Principal, role: RouteRole, reply: FastifyReply): void {
  if (mayUse(principal, role)) return;
  if (principal.kind === 'nobody') {
    reply.header('www-authenticate', role === 'device' ? 'Basic realm="edgeloop"' : 'Bearer');
    const expected =
      role === 'device'
        ? "a device's credential"
        : 'a session of the dashboard, or a token: Authorization: Bearer elt_…';
    throw new ControlPlaneError('UNAUTHENTICATED', `Expected ${expected}, received none.`);
  }
  throw new ControlPlaneError(
    'FORBIDDEN',
    `Expected the role ${role} for this, received ${roleOf(principal) ?? principal.kind}.`,
  );
}

/**
 * For an attempt that failed. Within the pause every failure has this one answer: it says nothing
 * of what was guessed.
 * @throws ControlPlaneError `TOO_MANY_ATTEMPTS` within the pause that failures before made
 */
export function attemptFailed(
  attempts: AttemptLimit,
  { ip }: FastifyRequest,
  reply: FastifyReply,
): void {
  const address = addressKey(ip);
  const wait = attempts.wait(address);
  if (wait > 0) throw refuseEarly(reply, wait, ip);
  attempts.failed(address);
}

/**
 * Null: what they say in `Authorization` is wrong. A cookie that counts no more is nobody's: pages
 * that need none go on.
 */
async function whoIs(
  request: FastifyRequest,
  { tokens, sessions, devices }: AuthenticateOptions,
): Promise<Principal | null> {
  const { authorization, cookie } = request.headers;
  if (authorization === undefined) {
    const secret = sessionSecretOf(cookie);
    request.session = secret === null ? null : await sessions.find(secret);
    return request.session?.principal ?? NOBODY;
  }
  const [, scheme, value] = /^(bearer|basic) +(\S+)$/i.exec(authorization) ?? [];
  if (scheme === undefined || value === undefined) return null;
  return scheme.toLowerCase() === 'bearer' ? tokens.authenticate(value) : deviceOf(value, devices);
}

async function deviceOf(basic: string, devices: DeviceAuthenticator) {
  const [, device, password] =
    /^([^:]+):(.+)$/.exec(Buffer.from(basic, 'base64').toString('utf8')) ?? [];
  if (device === undefined || password === undefined) return null;
  return devices.authenticate(device, password);
}
