import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
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
    request.principal = await whoAsks(request, reply, options);
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

/**
 * For an attempt that failed. Within the pause every failure has this one answer: it says nothing of what was guessed.
 * @throws ControlPlaneError `TOO_MANY_ATTEMPTS` within the pause that failures before made
 */
export function attemptFailed(
  attempts: AttemptLimit,
  { ip }: FastifyRequest,
  reply: FastifyReply,
): void {
  const wait = attempts.wait(ip);
  if (wait === 0) {
    attempts.failed(ip);
    return;
  }
  const pause = Math.ceil(wait / 1000);
  reply.header('retry-after', pause);
  const message = `Expected a pause of ${pause} s after failed attempts from ${ip}, received another that fails.`;
  throw new ControlPlaneError('TOO_MANY_ATTEMPTS', message);
}

async function whoAsks(
  request: FastifyRequest,
  reply: FastifyReply,
  { tokens, devices, attempts }: AuthenticateOptions,
): Promise<Principal> {
  const { authorization } = request.headers;
  if (authorization === undefined) return NOBODY;
  const [, scheme, value] = /^(bearer|basic) +(\S+)$/i.exec(authorization) ?? [];
  const principal =
    scheme === undefined || value === undefined
      ? null
      : scheme.toLowerCase() === 'bearer'
        ? await tokens.authenticate(value)
        : await deviceOf(value, devices);
  if (principal) return principal;
  attemptFailed(attempts, request, reply);
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
