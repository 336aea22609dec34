import { timingSafeEqual } from 'node:crypto';
import { type HomeAssistantPrefix, mayPublish, maySubscribe } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { hashSecret } from '../../access/secret.ts';
import type { Client } from '../../accounts/broker-access.ts';
import type { Access } from '../../broker/access/access.ts';
import { PROBLEMS } from '../problem.ts';

export interface BrokerQuestions {
  readonly access: Access<Client>;
  /** Whom a name that a broker has let in stands for; null: nobody any more. */
  readonly clientOf: (username: string) => Client | null;
  /** As whom the control plane itself connects there; null: without a name, or nowhere. */
  readonly owner: { readonly name: string; readonly password: string } | null;
  readonly homeAssistant: HomeAssistantPrefix;
}

const Text = Type.String({ maxLength: 65_535 });
const Login = Type.Object({
  clientid: Text,
  username: Type.Optional(Text),
  password: Type.Optional(Text),
});
const Touch = Type.Object({
  username: Text,
  action: Type.Union([Type.Literal('publish'), Type.Literal('subscribe')]),
  topic: Type.Optional(Text),
  retain: Type.Optional(Type.Union([Type.Boolean(), Text])),
});
const Result = Type.Object({ result: Type.Union([Type.Literal('allow'), Type.Literal('deny')]) });
const result = (allowed: boolean): Static<typeof Result> => ({
  result: allowed ? 'allow' : 'deny',
});

const CONTROL_PLANE = { kind: 'control plane' } as const;

/** Of hashes: what their comparison takes says nothing of the password. */
const isSecret = (given: string, secret: string) =>
  timingSafeEqual(Buffer.from(hashSecret(given)), Buffer.from(hashSecret(secret)));

/**
 * For a broker that asks by HTTP whom to let in. Source: EMQX 5, "HTTP authenticator" and "HTTP
 * authorizer".
 */
export function addBrokerRoutes(
  app: FastifyInstance,
  { access, clientOf, owner, homeAssistant }: BrokerQuestions,
): void {
  app.post<{ Body: Static<typeof Login> }>(
    '/api/broker/authenticate',
    {
      config: { role: 'operator', unaudited: true },
      schema: {
        operationId: 'authenticateClient',
        summary: 'Whether a client may connect: asked by a broker of another make',
        tags: ['broker'],
        body: Login,
        response: { 200: Result, ...PROBLEMS },
      },
    },
    async ({ body: { clientid: clientId, username, password } }) => {
      if (owner && username === owner.name) return result(isSecret(password ?? '', owner.password));
      const { admitted } = await access.connect({
        clientId,
        username: username ?? null,
        certificate: null,
        password: password === undefined ? null : Buffer.from(password),
      });
      return result(admitted);
    },
  );

  app.post<{ Body: Static<typeof Touch> }>(
    '/api/broker/authorize',
    {
      config: { role: 'operator', unaudited: true },
      schema: {
        operationId: 'authorizeClient',
        summary: 'Whether a client may publish to a topic or subscribe to a filter',
        tags: ['broker'],
        body: Touch,
        response: { 200: Result, ...PROBLEMS },
      },
    },
    async ({ body: { username, action, topic = '', retain = false } }) => {
      // EMQX fills its templates in as text.
      const kept = { retain: retain === true || retain === 'true' || retain === '1' };
      if (owner && username === owner.name) {
        return result(
          action === 'publish'
            ? mayPublish(CONTROL_PLANE, topic, kept, homeAssistant)
            : maySubscribe(CONTROL_PLANE, topic, homeAssistant),
        );
      }
      const client = clientOf(username);
      if (!client) return result(false);
      return result(
        action === 'publish'
          ? access.mayPublish(client, topic, kept)
          : access.maySubscribe(client, topic),
      );
    },
  );
}
