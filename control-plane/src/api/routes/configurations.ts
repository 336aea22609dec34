import type { FastifyInstance } from 'fastify';
import { nameOf } from '../../access/roles.ts';
import type { ConfigurationStore } from '../../configuration/configuration-store.ts';
import {
  ConfigurationList,
  ConfigurationVersion,
  ConfigurationVersionPage,
  ConfigurationVersionQuery,
  ConfigurationView,
  NewConfiguration,
  NewConfigurationVersion,
  OfConfiguration,
} from '../../resources/configuration.ts';
import { checkIfMatch } from '../hooks/entity-tags.ts';
import { PROBLEMS } from '../problem.ts';

type One = { Params: { configuration: string } };
const TAGS = ['configurations'];

/** What devices are told over their agent.yaml. */
export function addConfigurationRoutes(
  app: FastifyInstance,
  configurations: ConfigurationStore,
): void {
  app.post<{ Body: NewConfiguration }>(
    '/api/configurations',
    {
      config: { role: 'operator', idempotent: true },
      schema: {
        operationId: 'createConfiguration',
        summary: 'A new configuration with its first version',
        tags: TAGS,
        body: NewConfiguration,
        response: { 201: ConfigurationView, ...PROBLEMS },
      },
    },
    async ({ body, principal }, reply) =>
      reply.code(201).send(await configurations.create(body, nameOf(principal))),
  );

  app.get(
    '/api/configurations',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listConfigurations',
        summary: 'Every configuration with its newest version, by name',
        tags: TAGS,
        response: { 200: ConfigurationList, ...PROBLEMS },
      },
    },
    async () => ({ configurations: await configurations.list() }),
  );

  app.get<One>(
    '/api/configurations/:configuration',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'viewConfiguration',
        summary: 'One configuration with its newest version',
        tags: TAGS,
        params: OfConfiguration,
        response: { 200: ConfigurationView, ...PROBLEMS },
      },
    },
    ({ params: { configuration } }) => configurations.view(configuration),
  );

  app.get<One & { Querystring: ConfigurationVersionQuery }>(
    '/api/configurations/:configuration/versions',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listConfigurationVersions',
        summary: 'Its versions, newest first',
        tags: TAGS,
        params: OfConfiguration,
        querystring: ConfigurationVersionQuery,
        response: { 200: ConfigurationVersionPage, ...PROBLEMS },
      },
    },
    ({ params: { configuration }, query }) => configurations.versions(configuration, query),
  );

  app.post<One & { Body: NewConfigurationVersion }>(
    '/api/configurations/:configuration/versions',
    {
      config: { role: 'operator', idempotent: true },
      schema: {
        operationId: 'createConfigurationVersion',
        summary:
          'A version never changes: this is another. With If-Match, only where nobody else made one',
        tags: TAGS,
        params: OfConfiguration,
        body: NewConfigurationVersion,
        response: { 201: ConfigurationVersion, ...PROBLEMS },
      },
    },
    async (request, reply) => {
      const { params, body, principal } = request;
      const { configuration } = params;
      const check = (now: ConfigurationView) => checkIfMatch(request, now);
      const made = await configurations.addVersion(configuration, body, nameOf(principal), check);
      return reply.code(201).send(made);
    },
  );
}
