import type { FastifyInstance } from 'fastify';
import { RetentionView } from '../../resources/retention.ts';
import { PROBLEMS } from '../problem.ts';

export interface RetentionParts {
  readonly retention: () => Promise<RetentionView>;
}

/** What is kept how long, for who wonders where the disk goes. */
export function addRetentionRoutes(app: FastifyInstance, { retention }: RetentionParts): void {
  app.get(
    '/api/retention',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'viewRetention',
        summary: 'What is kept how long, how much room it takes, and how much there is',
        tags: ['operations'],
        response: { 200: RetentionView, ...PROBLEMS },
      },
    },
    () => retention(),
  );
}
