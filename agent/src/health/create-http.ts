import type { Health } from '@edgeloop/protocol';
import type { Config } from '../config/config.ts';
import type { Outlets } from '../outlets.ts';
import type { CameraPipeline } from '../pipeline/camera-pipeline.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Models } from '../update/models.ts';
import { HttpServer } from './http-server.ts';
import { createMetrics } from './metrics.ts';
import { findProblems } from './problems.ts';

/** What is asked for health and metrics. */
interface Asked extends Outlets {
  readonly health: () => Health;
  readonly pipelines: readonly CameraPipeline[];
  readonly models: Models;
}

/** `/healthz` and `/metrics` of the agent. */
export function createHttp(
  http: NonNullable<Config['http']>,
  { health, pipelines, models, outbox, uplink, sampling, pictures }: Asked,
  { clock, version }: Surroundings,
): HttpServer {
  const metrics = createMetrics(
    health,
    () => uplink.connected,
    () => models.updates,
  );
  return new HttpServer({
    ...http,
    problems: () => [
      ...findProblems(
        pipelines.map(({ progress }) => progress),
        outbox.failing,
        clock.monotonic(),
      ),
      ...(uplink.problem ? [uplink.problem] : []),
      ...(sampling?.problems ?? []),
      ...(pictures?.problems ?? []),
      ...models.problems,
    ],
    details: () => ({
      version,
      broker: uplink.connected ? 'connected' : 'disconnected',
      finished: pipelines.every(({ progress }) => progress.finished),
      updates: models.updates,
      ...health(),
    }),
    metrics: () => metrics.metrics(),
  });
}
