import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { DetectionExportQuery, DetectionPage, DetectionQuery } from '../../resources/detection.ts';
import { DetectionMix, DetectionMixQuery } from '../../resources/detection-mix.ts';
import type { Store } from '../../store/store.ts';
import { detectionLines } from '../csv/detection-lines.ts';
import { PROBLEMS } from '../problem.ts';

const DEFAULT_LIMIT = 100;
/** Detections of an export that are in memory at a time. */
const EXPORT_PAGE = 1000;

/** What the fleet saw: listed, counted, taken away. */
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

  app.get<{ Querystring: DetectionMixQuery }>(
    '/api/detections/mix',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'countDetections',
        summary: 'How many occurrences of each class began when: the mix of classes over time',
        tags: ['detections'],
        querystring: DetectionMixQuery,
        response: { 200: DetectionMix, ...PROBLEMS },
      },
    },
    ({ query }) => store.read('countMix', query),
  );

  addExport(app, store);
}

function addExport(app: FastifyInstance, store: Pick<Store, 'read'>): void {
  app.get<{ Querystring: DetectionExportQuery }>(
    '/api/detections.csv',
    {
      // HEAD would read every detection to give nothing of them.
      exposeHeadRoute: false,
      config: { role: 'viewer' },
      schema: {
        operationId: 'exportDetections',
        summary: 'All stored detections that fit every filter, as CSV (RFC 4180)',
        description:
          'One header line. Text that begins with = + - @ has an apostrophe before it, so that no spreadsheet runs it.',
        tags: ['detections'],
        querystring: DetectionExportQuery,
        response: {
          200: {
            description: 'A line for each detection, as long as there are some',
            content: { 'text/csv': { schema: Type.String() } },
          },
          ...PROBLEMS,
        },
      },
    },
    async ({ query }, reply) => {
      const readPage = (cursor?: string) =>
        store.read('listDetections', { ...query, ...(cursor && { cursor }), limit: EXPORT_PAGE });
      // Before anything is sent, so that what is wrong with the question is an answer of its own.
      const first = await readPage();
      return reply
        .type('text/csv; charset=utf-8; header=present')
        .header('content-disposition', 'attachment; filename="detections.csv"')
        .send(Readable.from(detectionLines(first, readPage)));
    },
  );
}
