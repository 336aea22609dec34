import { epochMillis } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import { ClockConfirmation, ClockView } from '../../resources/clock.ts';
import {
  RetentionChange,
  RetentionPreview,
  RetentionPreviewRequest,
  type RetentionSettings,
  RetentionUsage,
  RetentionView,
} from '../../resources/retention.ts';
import type { RetentionStore } from '../../retention/retention-store.ts';
import type { TrustedTime } from '../../trusted-time/trusted-time.ts';
import { checkIfMatch } from '../hooks/entity-tags.ts';
import { PROBLEMS } from '../problem.ts';

export interface RetentionParts {
  readonly retention: Pick<RetentionStore, 'view' | 'set'>;
  readonly retentionUsage: () => Promise<RetentionUsage>;
  /** @param byClock as if the clock were confirmed */
  readonly previewRetention: (
    settings: RetentionSettings,
    byClock: boolean,
  ) => Promise<RetentionPreview>;
  readonly clock: Pick<TrustedTime, 'view' | 'confirm'>;
}

/** What is kept how long: looked at, tried, and set. */
export function addRetentionRoutes(
  app: FastifyInstance,
  { retention, retentionUsage, previewRetention, clock }: RetentionParts,
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

  app.post<{ Body: RetentionPreviewRequest }>(
    '/api/retention/preview',
    {
      config: { role: 'admin', unaudited: true },
      schema: {
        operationId: 'previewRetention',
        summary: 'How much such bounds would remove at once; changes nothing',
        tags: ['operations'],
        body: RetentionPreviewRequest,
        response: { 200: RetentionPreview, ...PROBLEMS },
      },
    },
    ({ body }) => previewRetention(body.settings, body.byClock ?? false),
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

  app.get(
    '/api/retention/clock',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'viewClock',
        summary: 'Whether the clock is believed, by which what is kept grows old',
        tags: ['operations'],
        response: { 200: ClockView, ...PROBLEMS },
      },
    },
    async () => clock.view(),
  );

  app.post<{ Body: ClockConfirmation }>(
    '/api/retention/clock',
    {
      config: { role: 'admin' },
      schema: {
        operationId: 'confirmClock',
        summary:
          'Say that the clock is right: what is too old by it is removed at once, and for good; preview with byClock says how much. Refused where it differs from yours by more than five minutes',
        tags: ['operations'],
        body: ClockConfirmation,
        response: { 200: ClockView, ...PROBLEMS },
      },
    },
    ({ body }) => clock.confirm(epochMillis(Date.parse(body.now))),
  );
}
