import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccessChanges } from '../../access/access-changes.ts';
import { nameOf, type Principal } from '../../access/roles.ts';
import type { LoginCodeStore } from '../../access/sessions/login-code-store.ts';
import { loginPath } from '../../access/sessions/login-path.ts';
import { noSessionCookie, sessionCookie } from '../../access/sessions/session-cookie.ts';
import type { Holder, LoginSession, SessionStore } from '../../access/sessions/session-store.ts';
import type { SignedIn, SignIn } from '../../access/sessions/sign-in.ts';
import { ControlPlaneError } from '../../errors.ts';
import { NONE, OrNone } from '../../resources/or-none.ts';
import { LoginLink, NewSession, PasswordChange, Session } from '../../resources/session.ts';
import { requireRole } from '../hooks/authenticate.ts';
import { noneOf } from '../or-none.ts';
import { PROBLEMS } from '../problem.ts';
import { refuseEarly } from '../refuse-early.ts';

export interface SessionParts {
  readonly signIn: SignIn;
  readonly sessions: SessionStore;
  readonly codes: LoginCodeStore;
  readonly changes: AccessChanges;
}

const NOTHING = { description: 'Done', type: 'null' } as const;

/** Logging a browser in and out, and who asks. */
export function addSessionRoutes(app: FastifyInstance, parts: SessionParts): void {
  const { signIn, sessions, codes, changes } = parts;

  app.post<{ Body: NewSession }>(
    '/api/session',
    {
      config: { role: 'anyone', opensSession: true },
      schema: {
        operationId: 'openSession',
        summary:
          'Logs a browser in, by a password, a token, a login link or an invitation; the answer sets the cookie edgeloop_session',
        tags: ['access'],
        body: NewSession,
        response: { 201: Session, ...PROBLEMS },
      },
    },
    async (request, reply) => {
      const { body, ip, session: before } = request;
      const opened = await signIn.open(body, ip);
      if (opened.kind !== 'opened') throw refusal(opened, request, reply);
      const { secret, session } = opened;
      // Never the one that the browser brought along: somebody else may know it.
      if (before) await sessions.end(before.id, session.id);
      // Another password by an invitation ended the others of that person.
      if (before || 'invitation' in body) changes.tell();
      request.principal = session.principal;
      reply.header('set-cookie', sessionCookie(secret, isSecure(request)));
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send(view(session.principal, session));
    },
  );

  app.get<{ Querystring: OrNone }>(
    '/api/session',
    {
      config: { role: 'anyone' },
      schema: {
        operationId: 'getSession',
        summary: 'Who asks, and what a change must bring along',
        tags: ['access'],
        querystring: OrNone,
        response: { 200: Session, ...NONE, ...PROBLEMS },
      },
    },
    async ({ principal, session, query }, reply) => {
      if (query.orNone && principal.kind === 'nobody') return noneOf(reply);
      requireRole(principal, 'viewer', reply);
      return reply.header('cache-control', 'no-store').send(view(principal, session));
    },
  );

  app.delete(
    '/api/session',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'closeSession',
        summary: 'Logs the browser out, and those that a login link of it logged in',
        tags: ['access'],
        response: { 204: NOTHING, ...PROBLEMS },
      },
    },
    async (request, reply) => {
      const { id } = requireSession(request);
      await sessions.end(id);
      changes.tell();
      reply.header('set-cookie', noSessionCookie(isSecure(request)));
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/session/link',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'createLoginLink',
        summary:
          'Logs another browser in as who asks: once, within a quarter of an hour; it is logged out with the session or the token that asks',
        tags: ['access'],
        response: { 201: LoginLink, ...PROBLEMS },
      },
    },
    async ({ principal, session }, reply) => {
      const holder = { ...holderOf(principal), openedBy: session?.id ?? null };
      const { secret: code, expiresAt } = await codes.create('login', holder);
      const link: LoginLink = { code, expiresAt, path: loginPath(code) };
      return reply.code(201).header('cache-control', 'no-store').send(link);
    },
  );

  app.put<{ Body: PasswordChange }>(
    '/api/session/password',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'changePassword',
        summary: 'Another password for who asks; every other session of theirs ends',
        tags: ['access'],
        body: PasswordChange,
        response: { 204: NOTHING, ...PROBLEMS },
      },
    },
    async (request, reply) => {
      const { id: session } = requireSession(request);
      const { principal, body, ip: address } = request;
      if (principal.kind !== 'person' || principal.via !== null) throw noPassword();
      const changed = await signIn.changePassword(principal.name, body, { session, address });
      // Not 401: who asks is known, and stays logged in.
      if (changed.kind === 'refused') throw wrongPassword();
      if (changed.kind === 'early') throw refuseEarly(reply, changed.wait, whence(address));
      changes.tell();
      return reply.code(204).send();
    },
  );
}

const isSecure = ({ protocol, headers }: FastifyRequest) =>
  // Behind a proxy that ends TLS the browser says where it is.
  protocol === 'https' || (headers.origin ?? '').startsWith('https:');

function requireSession({ session }: FastifyRequest): LoginSession {
  if (session) return session;
  const message =
    'Expected the cookie of a session, received a token. A token is ended by DELETE /api/tokens/….';
  throw new ControlPlaneError('CONFLICT', message);
}

function noPassword(): ControlPlaneError {
  const message = 'Expected a person who logged in without a token: a token has no password.';
  return new ControlPlaneError('CONFLICT', message);
}

function wrongPassword(): ControlPlaneError {
  return new ControlPlaneError(
    'FORBIDDEN',
    'Expected the password as it is now, received another.',
  );
}

const whence = (address: string) => `${address} or to this name`;

function refusal(
  refused: Exclude<SignedIn, { kind: 'opened' }>,
  { ip, body }: FastifyRequest<{ Body: NewSession }>,
  reply: FastifyReply,
): ControlPlaneError {
  if (refused.kind === 'early') return refuseEarly(reply, refused.wait, whence(ip));
  const expected =
    'name' in body
      ? 'the name of a person and the password to it'
      : 'token' in body
        ? 'a token that counts'
        : 'a link that was not used yet and has not expired';
  return new ControlPlaneError('UNAUTHENTICATED', `Expected ${expected}, received another.`);
}

/**
 * A session that is opened with it acts as who asks does: for the person, and through the token.
 */
function holderOf(principal: Principal): Holder {
  const person = principal.kind === 'person' ? principal.name : null;
  const token = principal.kind === 'person' ? principal.via : principal;
  return { person, tokenId: token && 'id' in token ? token.id : null };
}

function view(principal: Principal, session: LoginSession | null): Session {
  if (principal.kind !== 'person' && principal.kind !== 'token') {
    throw new ControlPlaneError(
      'FORBIDDEN',
      `Expected a person or a token, received a ${principal.kind}.`,
    );
  }
  const { kind, name, role } = principal;
  return {
    who: nameOf(principal),
    kind,
    name,
    role,
    csrf: session?.csrf ?? null,
    expiresAt: session?.expiresAt ?? null,
  };
}
