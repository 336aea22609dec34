import type { FastifyInstance } from 'fastify';
import {
  RetentionChange,
  RetentionPreview,
  type RetentionSettings,
  RetentionUsage,
  RetentionView,
} from '../../resources/retention.ts';
import type { RetentionStore } from '../../retention/retention-store.ts';
import { checkIfMatch } from '../hooks/entity-tags.ts';
import { PROBLEMS } from '../problem.ts';

export interface RetentionParts {
  readonly retention: Pick<RetentionStore, 'view' | 'set'>;
  readonly retentionUsage: () => Promise<RetentionUsage>;
  readonly previewRetention: (settings: RetentionSettings) => Promise<RetentionPreview>;
}

/** What is kept how long: looked at, tried, and set. */
export function addRetentionRoutes(
  app: FastifyInstance,
  { retention, retentionUsage, previewRetention }: RetentionParts,
): void {
  app.get(
    '/api/retention',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'viewRetention',
        summary: 'What is kept how long, and how much of it',
        tags: ['operations'],
        response: { 200: RetentionView, ...PROBLEMS },
      },
    },
    async () => retention.view(),
  );

  app.put<{ Body: RetentionChange }>(
    '/api/retention',
    {
      config: { role: 'admin' },
      schema: {
        operationId: 'setRetention',
        summary:
          'Change what is kept; what is out of bounds is removed at once, and for good: preview says how much',
        tags: ['operations'],
        body: RetentionChange,
        response: { 200: RetentionView, ...PROBLEMS },
      },
    },
    (request) => retention.set(request.body.settings, (now) => checkIfMatch(request, now)),
  );

  app.post<{ Body: RetentionChange }>(
    '/api/retention/preview',
    {
      config: { role: 'admin', unaudited: true },
      schema: {
        operationId: 'previewRetention',
        summary: 'How much such bounds would remove at once; changes nothing',
        tags: ['operations'],
        body: RetentionChange,
        response: { 200: RetentionPreview, ...PROBLEMS },
      },
    },
    ({ body }) => previewRetention(body.settings),
  );

  app.get(
    '/api/retention/usage',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'viewRetentionUsage',
        summary: 'How much room is taken by what has bounds, and how much is left',
        tags: ['operations'],
        response: { 200: RetentionUsage, ...PROBLEMS },
      },
    },
    () => retentionUsage(),
  );
}
