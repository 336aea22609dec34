import type { Readable } from 'node:stream';
import { bytes } from '@edgeloop/protocol';
import type { FastifyInstance, FastifyReply } from 'fastify';
import Type from 'typebox';
import { nameOf, type Principal, roleOf } from '../../access/roles.ts';
import type { ArtifactPurpose, Artifacts, Upload, UploadId } from '../../artifacts/artifacts.ts';
import { ControlPlaneError } from '../../errors.ts';
import {
  NewUploadRequest,
  UploadIdSchema,
  UploadView,
  viewUpload,
} from '../../resources/upload.ts';
import { PROBLEMS } from '../problem.ts';

const PIECE_TYPES = ['application/offset+octet-stream', 'application/octet-stream'];

const OneUpload = Type.Object({ upload: UploadIdSchema });
const PieceHeaders = Type.Object({
  'upload-offset': Type.Integer({ minimum: 0, description: 'Where the piece begins' }),
});
const answer = (description: string) => ({
  200: {
    description,
    headers: { 'upload-offset': { type: 'integer', description: 'As offset in the body' } },
    content: { 'application/json': { schema: UploadView } },
  },
  ...PROBLEMS,
});

/**
 * Files on their way in, resumable, after the tus protocol (https://tus.io): begin, send pieces
 * from the offset on, ask for the offset after a break. Who may bring something for which purpose
 * is said here; what it is then used for, where it is used.
 */
export function addUploadRoutes(app: FastifyInstance, artifacts: Artifacts): void {
  app.addContentTypeParser(PIECE_TYPES, (_request, payload, done) => done(null, payload));

  app.post<{ Body: NewUploadRequest }>(
    '/api/uploads',
    {
      config: { role: 'known', unaudited: true },
      schema: {
        operationId: 'beginUpload',
        summary: 'Begin an upload, or go on with the same: what is here already is not sent again',
        tags: ['uploads'],
        body: NewUploadRequest,
        response: answer('Where to go on'),
      },
    },
    async ({ body, principal }, reply) => {
      requirePurpose(principal, body.purpose);
      const owner = nameOf(principal);
      const size = bytes(body.bytes);
      return send(reply, await artifacts.beginUpload({ ...body, bytes: size, owner }));
    },
  );

  app.get<{ Params: { upload: UploadId } }>(
    '/api/uploads/:upload',
    {
      config: { role: 'known' },
      schema: {
        operationId: 'viewUpload',
        summary: 'How far an upload is (HEAD: Upload-Offset alone). A piece that hangs ends',
        tags: ['uploads'],
        params: OneUpload,
        response: answer('Where to go on'),
      },
    },
    async ({ params: { upload }, principal }, reply) =>
      send(reply, await artifacts.viewUpload(upload, nameOf(principal))),
  );

  app.patch<{ Params: { upload: UploadId }; Headers: { 'upload-offset': number }; Body: Readable }>(
    '/api/uploads/:upload',
    {
      config: { role: 'known', unaudited: true },
      schema: {
        operationId: 'appendToUpload',
        summary:
          'A piece of the content, from Upload-Offset on; after the last one the digest is checked',
        tags: ['uploads'],
        params: OneUpload,
        headers: PieceHeaders,
        body: {
          content: { 'application/offset+octet-stream': { schema: Type.Unknown() } },
        },
        response: answer('Where to go on; at the end, that all is here'),
      },
    },
    async ({ params: { upload }, headers, body, principal }, reply) => {
      const offset = bytes(Number(headers['upload-offset']));
      return send(reply, await artifacts.append(upload, nameOf(principal), offset, body));
    },
  );

  app.delete<{ Params: { upload: UploadId } }>(
    '/api/uploads/:upload',
    {
      config: { role: 'known', unaudited: true },
      schema: {
        operationId: 'cancelUpload',
        summary: 'Give an upload up: what came of it is removed',
        tags: ['uploads'],
        params: OneUpload,
        response: { 204: { description: 'Gone', type: 'null' }, ...PROBLEMS },
      },
    },
    async ({ params: { upload }, principal }, reply) => {
      await artifacts.cancelUpload(upload, nameOf(principal));
      return reply.code(204).send();
    },
  );
}

function send(reply: FastifyReply, upload: Upload) {
  return reply.header('upload-offset', upload.offset).send(viewUpload(upload));
}

/**
 * Trainers bring what they make, people who label pictures. Who only looks brings nothing; devices
 * have ways of their own.
 */
const PURPOSES: Readonly<Record<string, readonly ArtifactPurpose[]>> = {
  trainer: ['model', 'checkpoint'],
  labeller: ['sample', 'dataset'],
  operator: ['sample', 'dataset', 'model', 'checkpoint'],
  admin: ['sample', 'dataset', 'model', 'checkpoint'],
};

function requirePurpose(principal: Principal, purpose: ArtifactPurpose): void {
  const role = roleOf(principal) ?? principal.kind;
  const allowed = PURPOSES[role] ?? [];
  if (allowed.includes(purpose)) return;
  throw new ControlPlaneError(
    'FORBIDDEN',
    `Expected a purpose that a ${role} may upload for (${allowed.join(', ') || 'none'}), received ${purpose}.`,
  );
}
