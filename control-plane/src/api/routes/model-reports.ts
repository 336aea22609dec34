import { Ids, type Sha256 } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Artifacts } from '../../artifacts/artifacts.ts';
import { ControlPlaneError } from '../../errors.ts';
import type { ReportStore } from '../../registry/report-store.ts';
import { NewReport } from '../../resources/model.ts';
import { PROBLEMS } from '../problem.ts';

export interface ModelReportParts {
  readonly reports: ReportStore;
  readonly artifacts: Artifacts;
}

/**
 * A stranger's page on our own origin: it runs nothing, asks for nothing, and has no origin of its
 * own to speak of.
 */
const CONTENT_POLICY =
  "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const OneModel = Type.Object({ digest: Ids.sha256 });
type OneModel = { Params: { digest: Sha256 } };

/** What a trainer wrote about a training, for people to look at. */
export function addModelReportRoutes(
  app: FastifyInstance,
  { reports, artifacts }: ModelReportParts,
): void {
  app.put<OneModel & { Body: NewReport }>(
    '/api/models/:digest/report',
    {
      config: { role: 'trainer' },
      schema: {
        operationId: 'setModelReport',
        summary: 'The page that was uploaded is the report of the training of this model',
        tags: ['models'],
        params: OneModel,
        body: NewReport,
        response: { 204: { description: 'Done', type: 'null' }, ...PROBLEMS },
      },
    },
    async ({ params: { digest }, body: { sha256 } }, reply) => {
      await reports.set(digest, sha256);
      return reply.code(204).send();
    },
  );

  app.get<OneModel>(
    '/api/models/:digest/report',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'viewModelReport',
        summary: "Its trainer's report: one page of HTML that needs nothing else",
        tags: ['models'],
        params: OneModel,
        response: {
          200: { description: 'The page', content: { 'text/html': { schema: Type.String() } } },
          ...PROBLEMS,
        },
      },
    },
    async ({ params: { digest } }, reply) => {
      const report = await reports.find(digest);
      if (report === null) {
        const message = `Expected a model whose trainer brought a report, received ${digest}. Its card says what the package knows.`;
        throw new ControlPlaneError('NOT_FOUND', message);
      }
      const content = await artifacts.read(report.sha256);
      return reply
        .headers({
          'content-type': 'text/html; charset=utf-8',
          'content-length': report.bytes,
          'content-security-policy': CONTENT_POLICY,
          'x-content-type-options': 'nosniff',
          // A training that is told again brings another page.
          'cache-control': 'private, no-cache',
        })
        .send(content);
    },
  );
}
