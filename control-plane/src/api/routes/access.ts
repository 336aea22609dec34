import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { nameOf } from '../../access/roles.ts';
import type { TokenStore } from '../../access/token-store.ts';
import type { AuditStore } from '../../audit/audit-store.ts';
import { ApiToken, ApiTokenList, CreatedApiToken, NewApiToken } from '../../resources/api-token.ts';
import { AuditPage, AuditQuery } from '../../resources/audit-entry.ts';
import { PROBLEMS } from '../problem.ts';

const DEFAULT_LIMIT = 100;

export interface AccessParts {
  readonly tokens: TokenStore;
  readonly audit: AuditStore;
}

/** Who may use the API, and what they did with it. */
export function addAccessRoutes(app: FastifyInstance, { tokens, audit }: AccessParts): void {
  app.get(
    '/api/tokens',
    {
      config: { role: 'admin' },
      schema: {
        operationId: 'listTokens',
        summary: 'Tokens of the API, oldest first, revoked ones too',
        tags: ['access'],
        response: { 200: ApiTokenList, ...PROBLEMS },
      },
    },
    async () => ({ tokens: await tokens.list() }),
  );

  app.post<{ Body: NewApiToken }>(
    '/api/tokens',
    {
      config: { role: 'admin' },
      schema: {
        operationId: 'createToken',
        summary: 'A new token; its secret is told in the answer alone',
        tags: ['access'],
        body: NewApiToken,
        response: { 201: CreatedApiToken, ...PROBLEMS },
      },
    },
    async ({ body, principal }, reply) =>
      reply.code(201).send(await tokens.create(body, nameOf(principal))),
  );

  app.delete<{ Params: { id: string } }>(
    '/api/tokens/:id',
    {
      config: { role: 'admin' },
      schema: {
        operationId: 'revokeToken',
        summary: 'The token is worth nothing from now on',
        tags: ['access'],
        params: Type.Object({ id: Type.String() }),
        response: { 200: ApiToken, ...PROBLEMS },
      },
    },
    ({ params: { id } }) => tokens.revoke(id),
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
