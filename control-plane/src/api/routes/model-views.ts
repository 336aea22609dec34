import { Ids, INFERENCE_BUCKETS_MS, type Sha256 } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { DatasetOriginStore } from '../../datasets/dataset-origins.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import type { ModelStore } from '../../registry/model-store.ts';
import type { ReportStore } from '../../registry/report-store.ts';
import { ModelDetails, ModelLatency, ModelPage, ModelQuery } from '../../resources/model.ts';
import { NONE, OrNone } from '../../resources/or-none.ts';
import { DEFAULT_LIMIT } from '../../resources/page.ts';
import { histogramQuantile } from '../../statistics/histogram-quantile.ts';
import type { Store } from '../../store/store.ts';
import { orNone } from '../or-none.ts';
import { PROBLEMS } from '../problem.ts';

export interface ModelViewParts {
  readonly models: ModelStore;
  readonly reports: ReportStore;
  readonly jobs: Pick<JobStore, 'verdictOn'>;
  readonly store: Pick<Store, 'read'>;
  readonly datasets: Pick<DatasetOriginStore, 'versionsOf'>;
}

const OneModel = Type.Object({ digest: Ids.sha256 });
type OneModel = { Params: { digest: Sha256 } };

/** Versions as people look at them, with what devices say of them. */
export function addModelViewRoutes(
  app: FastifyInstance,
  { models, reports, jobs, store, datasets }: ModelViewParts,
): void {
  app.get<{ Querystring: ModelQuery }>(
    '/api/models',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listModels',
        summary: 'Model versions, newest first, and how many devices run each',
        tags: ['models'],
        querystring: ModelQuery,
        response: { 200: ModelPage, ...PROBLEMS },
      },
    },
    async ({ query }): Promise<ModelPage> => {
      const page = await models.list({ limit: DEFAULT_LIMIT, ...query });
      const running = await store.read('countRunning', null);
      const versions = await datasets.versionsOf(page.models);
      const listed = page.models.map((model, i) => ({
        ...model,
        devices: running[model.digest] ?? 0,
        datasetVersion: versions[i] ?? null,
      }));
      return { models: listed, next: page.next };
    },
  );

  app.get<OneModel & { Querystring: OrNone }>(
    '/api/models/:digest',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'viewModel',
        summary: "One model version, with its manifest and the gate's verdict on it",
        tags: ['models'],
        params: OneModel,
        querystring: OrNone,
        response: { 200: ModelDetails, ...NONE, ...PROBLEMS },
      },
    },
    ({ params: { digest }, query }, reply) =>
      orNone(query, reply, async (): Promise<ModelDetails> => {
        const model = await models.view(digest);
        return {
          ...model,
          report: await reports.view(digest),
          gate: await jobs.verdictOn(model.task, digest),
        };
      }),
  );

  app.get<OneModel>(
    '/api/models/:digest/latency',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'viewModelLatency',
        summary: 'How long an inference takes on the devices that ran it, as they count it',
        tags: ['models'],
        params: OneModel,
        response: { 200: ModelLatency, ...PROBLEMS },
      },
    },
    async ({ params: { digest } }): Promise<ModelLatency> => {
      await models.view(digest);
      const { devices, counts } = await store.read('modelTimes', digest);
      const quantile = (share: number) => histogramQuantile(INFERENCE_BUCKETS_MS, counts, share);
      return {
        devices,
        frames: counts.reduce((sum, count) => sum + count, 0),
        p50: quantile(0.5),
        p95: quantile(0.95),
      };
    },
  );
}
