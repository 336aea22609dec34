import type { FastifyInstance } from 'fastify';
import { DetectionPage, DetectionQuery } from '../../resources/detection.ts';
import type { Store } from '../../store/store.ts';
import { ApiError } from '../api-error.ts';

const DEFAULT_LIMIT = 100;

export function addDetectionRoutes(app: FastifyInstance, store: Pick<Store, 'read'>): void {
  app.get<{ Querystring: DetectionQuery }>(
    '/api/detections',
    {
      schema: {
        operationId: 'listDetections',
        summary: 'Stored detections that fit every filter, a page at a time',
        tags: ['detections'],
        querystring: DetectionQuery,
        response: { 200: DetectionPage, '4xx': ApiError, '5xx': ApiError },
      },
    },
    ({ query }) => store.read('listDetections', { limit: DEFAULT_LIMIT, ...query }),
  );
}
