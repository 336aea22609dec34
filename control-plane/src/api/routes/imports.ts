import { Ids, type TaskId } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import Type from 'typebox';
import { nameOf } from '../../access/roles.ts';
import type { ImportParts } from '../../datasets/import/dataset-importer.ts';
import { type ImportKind, importDataset } from '../../datasets/import/import-dataset.ts';
import type { ImportReport } from '../../datasets/import/import-report.ts';
import type { Spool } from '../../datasets/import/spool.ts';
import { ControlPlaneError } from '../../errors.ts';
import { ImportQuery, ImportReportView } from '../../resources/dataset.ts';
import { answerPatiently } from '../answer-patiently.ts';
import { PROBLEMS, Problem } from '../problem.ts';

const ZIP = 'application/zip';
const JSON_TYPE = 'application/json';

/** Read as it comes: nothing checks it before the import does. */
const BODY = {
  content: {
    [ZIP]: { schema: Type.Unknown() },
    [JSON_TYPE]: {
      schema: Type.Unknown({ description: 'An array of tasks, as Label Studio exports them' }),
    },
  },
};

const REPORT_OR_PROBLEM = Type.Union([ImportReportView, Problem], {
  description:
    'What was taken. Where it takes longer than 20 s after the upload, the answer begins with 200 and white space, and what is refused so late is a problem in its place, to be told by its code and status: no report has them',
});

/** Pictures and labels from elsewhere. */
export function addImportRoutes(
  app: FastifyInstance,
  parts: ImportParts & { readonly log: Logger },
  spool: Spool,
): void {
  // In a scope of its own: JSON, too, is read as it comes here.
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    for (const type of [ZIP, JSON_TYPE]) {
      scope.addContentTypeParser(type, (_request, payload, done) => done(null, payload));
    }

    scope.post<{ Params: { task: TaskId }; Querystring: ImportQuery }>(
      '/api/tasks/:task/import',
      {
        config: { role: 'operator' },
        schema: {
          operationId: 'importDataset',
          summary:
            'Pictures and their labels: a zip (application/zip), or tasks of Label Studio alone (application/json). May be sent again',
          tags: ['datasets'],
          params: Type.Object({ task: Ids.task }),
          querystring: ImportQuery,
          body: BODY,
          response: { 200: REPORT_OR_PROBLEM, ...PROBLEMS },
        },
      },
      async (request, reply) => {
        const { params, query, headers, body, principal } = request;
        const { task } = params;
        const { format } = query;
        const isZip = String(headers['content-type']).toLowerCase().startsWith(ZIP);
        if (!isZip && format === 'imagefolder') {
          const message = `Expected ${ZIP} for an ImageFolder, received ${headers['content-type']}.`;
          throw new ControlPlaneError('REQUEST_INVALID', message);
        }
        const kind: ImportKind =
          format === 'imagefolder' ? format : isZip ? 'label-studio-zip' : 'label-studio-json';
        await parts.classes.classesOf(task);
        // It is read here and by nobody else.
        request.body = null;
        const work = await new Promise<{ readonly report: Promise<ImportReport> }>((arrived) => {
          const report = spool.with(body as NodeJS.ReadableStream, async (path) => {
            arrived({ report });
            await request.auditBegin();
            return importDataset(parts, { path, kind }, { task, by: nameOf(principal) });
          });
          report.catch(() => arrived({ report }));
        });
        return answerPatiently(work.report, reply, parts);
      },
    );
    done();
  });
}
