import pino from 'pino';
import { type ApiOptions, createApi, type FleetParts } from './create-api.ts';

/** The OpenAPI 3.1 document of every route, without anything that answers behind them. */
export async function openApiDocument(version: string): Promise<object> {
  const parts: Pick<ApiOptions, 'version' | 'tls' | 'log' | 'registry' | 'fleet' | 'dashboard'> = {
    version,
    tls: null,
    dashboard: null,
    log: pino({ level: 'silent' }),
    registry: {} as never,
    fleet: {} as FleetParts,
  };
  const app = await createApi(parts as ApiOptions);
  await app.ready();
  return app.swagger();
}
