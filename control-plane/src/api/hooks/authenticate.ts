import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AttemptLimit } from '../../access/attempt-limit.ts';
import { mayUse, type Principal } from '../../access/roles.ts';
import type { TokenStore } from '../../access/token-store.ts';
import { ControlPlaneError } from '../../errors.ts';
import './route-config.ts';

/** Devices prove who they are with what they connect to the broker with. */
export interface DeviceAuthenticator {
  authenticate(device: string, password: string): Promise<(Principal & { kind: 'device' }) | null>;
}

export interface AuthenticateOptions {
  readonly tokens: Pick<TokenStore, 'authenticate'>;
  readonly devices: DeviceAuthenticator;
  readonly attempts: AttemptLimit;
}

const NOBODY: Principal = { kind: 'nobody' };

/**
 * Says who asks, by `Authorization: Bearer <token>` or, for a device, `Basic <device>:<password>`, and refuses what their
 * role may not do. Fails closed: a route that names no role is an error at the start.
 */
export function addAuthentication(app: FastifyInstance, options: AuthenticateOptions): void {
  // Set for each request before anyone reads it: Fastify shares no object between requests.
  app.decorateRequest('principal', null as never);
  app.addHook('onRoute', ({ url, method, config }) => {
    if (method === 'HEAD' || method === 'OPTIONS' || config?.role) return;
    throw new Error(`Expected a role for the route ${method} ${url}, received none.`);
  });
  app.addHook('onRequest', async (request, reply) => {
    request.principal = await whoAsks(request, options);
    const { role } = request.routeOptions.config;
    // No role: no route. What is not there is told to anyone.
    if (!role || mayUse(request.principal, role)) return;
    if (request.principal.kind === 'nobody') {
      reply.header('www-authenticate', role === 'device' ? 'Basic realm="edgeloop"' : 'Bearer');
      const expected =
        role === 'device' ? "a device's credential" : 'a token: Authorization: Bearer elt_…';
      throw new ControlPlaneError('UNAUTHENTICATED', `Expected ${expected}, received none.`);
    }
    const has = request.principal.kind === 'token' ? request.principal.role : 'device';
    throw new ControlPlaneError(
      'FORBIDDEN',
      `Expected the role ${role} for this, received ${has}.`,
    );
  });
}

/** @throws ControlPlaneError `TOO_MANY_ATTEMPTS` */
export function checkMayAttempt(attempts: AttemptLimit, ip: string): void {
  const wait = attempts.wait(ip);
  if (wait === 0) return;
  const message = `Expected a pause of ${Math.ceil(wait / 1000)} s after failed attempts from ${ip}, received another attempt.`;
  throw new ControlPlaneError('TOO_MANY_ATTEMPTS', message);
}

async function whoAsks(
  { headers: { authorization }, ip }: FastifyRequest,
  { tokens, devices, attempts }: AuthenticateOptions,
): Promise<Principal> {
  if (authorization === undefined) return NOBODY;
  checkMayAttempt(attempts, ip);
  const [, scheme, value] = /^(bearer|basic) +(\S+)$/i.exec(authorization) ?? [];
  const principal =
    scheme === undefined || value === undefined
      ? null
      : scheme.toLowerCase() === 'bearer'
        ? await tokens.authenticate(value)
        : await deviceOf(value, devices);
  if (principal) {
    attempts.succeeded(ip);
    return principal;
  }
  attempts.failed(ip);
  const message =
    'Expected a credential that is known, unexpired and not revoked, received another.';
  throw new ControlPlaneError('UNAUTHENTICATED', message);
}

async function deviceOf(basic: string, devices: DeviceAuthenticator) {
  const [, device, password] =
    /^([^:]+):(.+)$/.exec(Buffer.from(basic, 'base64').toString('utf8')) ?? [];
  if (device === undefined || password === undefined) return null;
  return devices.authenticate(device, password);
}
