import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { AccessChanges } from '../../access/access-changes.ts';
import { includes, nameOf, type Principal, type Role, roleOf } from '../../access/roles.ts';
import type { TokenStore } from '../../access/token-store.ts';
import type { AuditStore } from '../../audit/audit-store.ts';
import { ControlPlaneError } from '../../errors.ts';
import { ApiToken, ApiTokenList, CreatedApiToken, NewApiToken } from '../../resources/api-token.ts';
import { AuditPage, AuditQuery } from '../../resources/audit-entry.ts';
import { PROBLEMS } from '../problem.ts';

const DEFAULT_LIMIT = 100;

export interface AccessParts {
  readonly tokens: TokenStore;
  readonly audit: AuditStore;
  readonly changes: AccessChanges;
}

/** Who may use the API, and what they did with it. */
export function addAccessRoutes(
  app: FastifyInstance,
  { tokens, audit, changes }: AccessParts,
): void {
  app.get(
    '/api/tokens',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listTokens',
        summary:
          'Tokens of the API, oldest first, revoked ones too: all for an admin, their own for a person',
        tags: ['access'],
        response: { 200: ApiTokenList, ...PROBLEMS },
      },
    },
    async ({ principal }) => ({ tokens: await tokens.list(whoseTokens(principal)) }),
  );

  app.post<{ Body: NewApiToken }>(
    '/api/tokens',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'createToken',
        summary:
          'A new token; its secret is told in the answer alone. It acts for the person who makes it; whoever is no admin makes it for no more than they may themselves',
        tags: ['access'],
        body: NewApiToken,
        response: { 201: CreatedApiToken, ...PROBLEMS },
      },
    },
    async ({ body, principal }, reply) => {
      whoseTokens(principal);
      requireRole(principal, body.role);
      const person = principal.kind === 'person' ? principal.name : null;
      return reply.code(201).send(await tokens.create(body, nameOf(principal), person));
    },
  );

  app.delete<{ Params: { id: string } }>(
    '/api/tokens/:id',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'revokeToken',
        summary: 'The token is worth nothing from now on: any for an admin, their own for a person',
        tags: ['access'],
        params: Type.Object({ id: Type.String() }),
        response: { 200: ApiToken, ...PROBLEMS },
      },
    },
    async ({ params: { id }, principal }) => {
      const revoked = await tokens.revoke(id, whoseTokens(principal));
      changes.tell();
      return revoked;
    },
  );

  app.get<{ Querystring: AuditQuery }>(
    '/api/audit',
    {
      config: { role: 'admin' },
      schema: {
        operationId: 'listAudit',
        summary: 'Every change: who, what, when; newest first',
        tags: ['access'],
        querystring: AuditQuery,
        response: { 200: AuditPage, ...PROBLEMS },
      },
    },
    ({ query }) => audit.list({ limit: DEFAULT_LIMIT, ...query }),
  );
}

/**
 * Null: everybody's. A person has their own; a token has none, or whoever found it would make
 * others that outlive it.
 * @throws ControlPlaneError `FORBIDDEN`
 */
function whoseTokens(principal: Principal): string | null {
  if (roleOf(principal) === 'admin') return null;
  if (principal.kind === 'person' && principal.via === null) return principal.name;
  const message = `Expected an admin, or a person in a browser for tokens of their own, received ${nameOf(principal)}.`;
  throw new ControlPlaneError('FORBIDDEN', message);
}

function requireRole(principal: Principal, wanted: Role): void {
  const role = roleOf(principal);
  if (role !== null && includes(role, wanted)) return;
  const message = `Expected a token for no more than a ${role} may, received one for the role ${wanted}.`;
  throw new ControlPlaneError('FORBIDDEN', message);
}
