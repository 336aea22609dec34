import { Ids, type Sha256 } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { compareModels } from '../../predictions/compare-models.ts';
import { listPredictions } from '../../predictions/list-predictions.ts';
import type { PredictionParts } from '../../predictions/model-predictions.ts';
import {
  ComparisonQuery,
  ModelComparison,
  PredictionPage,
  PredictionQuery,
} from '../../resources/prediction.ts';
import { PROBLEMS } from '../problem.ts';

const OneModel = Type.Object({ digest: Ids.sha256 });
type OneModel = { Params: { digest: Sha256 } };

/** What models made of the samples that they were tested on, down to the single picture. */
export function addPredictionRoutes(app: FastifyInstance, parts: PredictionParts): void {
  app.get<OneModel & { Querystring: PredictionQuery }>(
    '/api/models/:digest/predictions',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listPredictions',
        summary:
          'What a model made of its test samples: with truth and predicted, a cell of its confusion',
        tags: ['models'],
        params: OneModel,
        querystring: PredictionQuery,
        response: { 200: PredictionPage, ...PROBLEMS },
      },
    },
    ({ params: { digest }, query }) => listPredictions(digest, query, parts),
  );

  app.get<OneModel & { Querystring: ComparisonQuery }>(
    '/api/models/:digest/comparison',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'compareModels',
        summary: 'Two models on the samples that both were tested on, and where they differ',
        tags: ['models'],
        params: OneModel,
        querystring: ComparisonQuery,
        response: { 200: ModelComparison, ...PROBLEMS },
      },
    },
    ({ params: { digest }, query }) =>
      compareModels(digest, query.with, query.form ?? 'int8', parts),
  );
}
