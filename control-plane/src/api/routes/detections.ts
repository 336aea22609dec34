import type { FastifyInstance } from 'fastify';
import { DetectionPage, DetectionQuery } from '../../resources/detection.ts';
import type { Store } from '../../store/store.ts';
import { PROBLEMS } from '../problem.ts';

const DEFAULT_LIMIT = 100;

export function addDetectionRoutes(app: FastifyInstance, store: Pick<Store, 'read'>): void {
  app.get<{ Querystring: DetectionQuery }>(
    '/api/detections',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listDetections',
        summary: 'Stored detections that fit every filter, a page at a time',
        tags: ['detections'],
        querystring: DetectionQuery,
        response: { 200: DetectionPage, ...PROBLEMS },
      },
    },
    ({ query }) => store.read('listDetections', { limit: DEFAULT_LIMIT, ...query }),
  );
}
