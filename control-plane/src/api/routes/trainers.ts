import type { Readable } from 'node:stream';
import {
  Heartbeat,
  HeartbeatAnswer,
  Ids,
  type JobId,
  JobOffer,
  JobOutcome,
  type LeaseId,
  LeaseRequest,
  type Sha256,
} from '@edgeloop/protocol';
import type { FastifyInstance, FastifyReply } from 'fastify';
import Type from 'typebox';
import type { Upload, UploadId } from '../../artifacts/artifacts.ts';
import type { TrainerService } from '../../jobs/trainer-service.ts';
import { JobUpload, JobUploadId, NewCheckpoint, NewJobFile } from '../../resources/job-file.ts';
import { PROBLEMS } from '../problem.ts';
import { FILE_ANSWERS, sendArtifact } from '../send-artifact.ts';

export interface TrainerParts {
  readonly trainerService: TrainerService;
}

const OneJob = Type.Object({ job: Ids.job });
const UnderLease = Type.Object({ lease: Ids.lease }, { additionalProperties: false });
const PIECE = 'application/octet-stream';
const DONE = { 204: { description: 'Done', type: 'null' }, ...PROBLEMS };

/**
 * What `edgeloop-trainer work` asks: it takes jobs, keeps their leases, and brings what comes of
 * them.
 */
export function addTrainerRoutes(app: FastifyInstance, { trainerService }: TrainerParts): void {
  if (!app.hasContentTypeParser(PIECE)) {
    app.addContentTypeParser(PIECE, (_request, payload, done) => done(null, payload));
  }

  app.post<{ Body: LeaseRequest }>(
    '/api/jobs/lease',
    {
      config: { role: 'trainer', unaudited: true },
      schema: {
        operationId: 'leaseJob',
        summary: 'Take the first job that this trainer can do; waits for one if asked to',
        tags: ['trainers'],
        body: LeaseRequest,
        response: { 200: JobOffer, 204: { description: 'None', type: 'null' }, ...PROBLEMS },
      },
    },
    async (request, reply) => {
      const offer = await trainerService.lease(request.body, goneSignal(reply));
      return offer === null ? reply.code(204).send() : offer;
    },
  );

  app.post<{ Params: { job: JobId }; Body: Heartbeat }>(
    '/api/jobs/:job/heartbeat',
    {
      config: { role: 'trainer', unaudited: true },
      schema: {
        operationId: 'keepLease',
        summary: 'Keep the lease and say how far the job is; the answer may say to stop',
        tags: ['trainers'],
        params: OneJob,
        body: Heartbeat,
        response: { 200: HeartbeatAnswer, ...PROBLEMS },
      },
    },
    ({ params: { job }, body }) => trainerService.heartbeat(job, body),
  );

  app.post<{ Params: { job: JobId }; Body: NewJobFile }>(
    '/api/jobs/:job/files',
    {
      config: { role: 'trainer', unaudited: true },
      schema: {
        operationId: 'beginJobFile',
        summary: 'Begin to bring a file of a job, or go on with one',
        tags: ['trainers'],
        params: OneJob,
        body: NewJobFile,
        response: { 200: JobUpload, ...PROBLEMS },
      },
    },
    async ({ params: { job }, body: { lease, ...file } }) =>
      view(await trainerService.beginUpload(job, lease, file)),
  );

  app.patch<{
    Params: { job: JobId; upload: UploadId };
    Headers: { 'upload-offset': number };
    Body: Readable;
  }>(
    '/api/jobs/:job/files/:upload',
    {
      config: { role: 'trainer', unaudited: true },
      schema: {
        operationId: 'appendToJobFile',
        summary: 'A piece of the file, from Upload-Offset on; after the last the digest is checked',
        tags: ['trainers'],
        params: Type.Object({ job: Ids.job, upload: JobUploadId }),
        headers: Type.Object({ 'upload-offset': Type.Integer({ minimum: 0 }) }),
        body: { content: { [PIECE]: { schema: Type.Unknown() } } },
        response: { 200: JobUpload, ...PROBLEMS },
      },
    },
    async ({ params: { job, upload }, headers, body }) => {
      const offset = Number(headers['upload-offset']);
      return view(await trainerService.append(job, upload, offset, body));
    },
  );

  app.get<{ Params: { job: JobId; sha256: Sha256 }; Querystring: { lease: LeaseId } }>(
    '/api/jobs/:job/files/:sha256',
    {
      config: { role: 'trainer' },
      schema: {
        operationId: 'readJobFile',
        summary: 'A file of a job: of the checkpoint to go on from',
        tags: ['trainers'],
        params: Type.Object({ job: Ids.job, sha256: Ids.sha256 }),
        querystring: UnderLease,
        response: { ...FILE_ANSWERS, ...PROBLEMS },
      },
    },
    async (request, reply) => {
      const { job, sha256 } = request.params;
      const files = await trainerService.filesUnder(job, request.query.lease, sha256);
      return sendArtifact(request, reply, files, { sha256, type: PIECE });
    },
  );

  app.put<{ Params: { job: JobId }; Body: NewCheckpoint }>(
    '/api/jobs/:job/checkpoint',
    {
      config: { role: 'trainer', unaudited: true },
      schema: {
        operationId: 'saveCheckpoint',
        summary: 'What another trainer goes on from; its files were brought before',
        tags: ['trainers'],
        params: OneJob,
        body: NewCheckpoint,
        response: DONE,
      },
    },
    async ({ params: { job }, body: { lease, files } }, reply) => {
      await trainerService.saveCheckpoint(job, lease, files);
      return reply.code(204).send();
    },
  );

  app.post<{ Params: { job: JobId }; Body: JobOutcome }>(
    '/api/jobs/:job/outcome',
    {
      config: { role: 'trainer' },
      schema: {
        operationId: 'concludeJob',
        summary: 'How the lease ends. A model that was trained goes through the gate',
        tags: ['trainers'],
        params: OneJob,
        body: JobOutcome,
        response: DONE,
      },
    },
    async ({ params: { job }, body }, reply) => {
      await trainerService.conclude(job, body);
      return reply.code(204).send();
    },
  );
}

const view = ({ id, bytes, offset }: Upload) => ({ id, bytes, offset });

/** Aborted when nobody waits for the answer any more. */
function goneSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => gone.abort());
  return gone.signal;
}
