import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { mayBeAbsent } from './hooks/request-bodies.ts';
import './hooks/route-config.ts';

/** How the OpenAPI document is made of the routes. */
export function openApiSettings(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Edgeloop control plane',
        version,
        description:
          'The version is that of the control plane which serves this document: the API has no other. `/healthz` says it, too.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'A token of /api/tokens' },
          device: { type: 'http', scheme: 'basic', description: 'Device id and its credential' },
        },
      },
    },
    // Who may use a route stands with it.
    transform: ({ schema, url, route }) => ({ schema: withRole(schema, route.config?.role), url }),
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject;
      const { paths = {} } = document.openapiObject;
      for (const path of Object.values(paths)) {
        for (const operation of Object.values(path ?? {})) markOptionalBody(operation as Operation);
      }
      return document.openapiObject;
    },
  };
}

interface Operation {
  readonly requestBody?: {
    required?: boolean;
    readonly content: Readonly<Record<string, { readonly schema?: object }>>;
  };
}

/** The plugin takes every body for required. */
function markOptionalBody({ requestBody }: Operation): void {
  const schema = requestBody?.content['application/json']?.schema;
  if (requestBody && schema && mayBeAbsent(schema)) requestBody.required = false;
}

function withRole(schema: object, role: string | undefined): object {
  if (role === undefined) return schema;
  const security = SECURITY[role] ?? [{ token: [] }];
  return { ...schema, security, description: `Role: ${role}` };
}

const SECURITY: Readonly<Record<string, readonly object[]>> = {
  anyone: [],
  device: [{ device: [] }],
  known: [{ token: [] }, { device: [] }],
};
