import { SampleRecord, SampleUpload } from '@edgeloop/protocol';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { UploadId } from '../../artifacts/artifacts.ts';
import type { SampleIntake } from '../../samples/sample-intake.ts';
import { askingDevice } from '../asking-device.ts';
import { PROBLEMS } from '../problem.ts';

const UPLOADS = '/api/device/samples/uploads';
const PIECE = 'application/offset+octet-stream';
const Params = Type.Object({ upload: Type.String({ pattern: '^[0-9a-f]{32}$' }) });
/** The core of tus 1.0 (https://tus.io/protocols/resumable-upload), begun by a record. */
const TUS = { 'tus-resumable': '1.0.0', 'cache-control': 'no-store' };

type OfUpload = { Params: { upload: UploadId } };

/** How devices bring samples: what they say of a picture first, then its bytes, resumably. */
export function addDeviceSampleRoutes(app: FastifyInstance, intake: SampleIntake): void {
  // In a scope of its own: bytes are read as they come here alone.
  void app.register((scope, _options, done) => {
    if (!scope.hasContentTypeParser(PIECE)) {
      scope.addContentTypeParser(PIECE, (_request, payload, done) => done(null, payload));
    }

    scope.post<{ Body: SampleRecord }>(
      '/api/device/samples',
      {
        config: { role: 'device', unaudited: true },
        schema: {
          operationId: 'beginSample',
          summary:
            'A frame worth a label: says where its picture is to be sent, from which byte on',
          tags: ['device'],
          body: SampleRecord,
          response: { 200: SampleUpload, 201: SampleUpload, ...PROBLEMS },
        },
      },
      async (request, reply): Promise<SampleUpload> => {
        const upload = await intake.begin(askingDevice(request), request.body);
        if (upload === null) return { complete: true };
        void reply.code(201);
        return { upload: `${UPLOADS}/${upload.id}`, offset: upload.offset };
      },
    );

    scope.head<OfUpload>(
      `${UPLOADS}/:upload`,
      {
        config: { role: 'device' },
        schema: {
          operationId: 'viewSampleUpload',
          summary: 'Upload-Offset and Upload-Length: how far the picture is here',
          tags: ['device'],
          params: Params,
          response: { 200: { description: 'In the headers', type: 'null' }, ...PROBLEMS },
        },
      },
      async (request, reply) => {
        const { offset, bytes } = await intake.view(
          ...([askingDevice(request), request.params.upload] as const),
        );
        return reply
          .headers({ ...TUS, 'upload-offset': offset, 'upload-length': bytes })
          .code(200)
          .send();
      },
    );

    scope.patch<OfUpload>(
      `${UPLOADS}/:upload`,
      {
        config: { role: 'device', unaudited: true },
        schema: {
          operationId: 'appendSample',
          summary: 'Bytes of the picture from Upload-Offset on; the last makes it a sample',
          tags: ['device'],
          params: Params,
          headers: Type.Object({ 'upload-offset': Type.Integer({ minimum: 0 }) }),
          body: { content: { [PIECE]: { schema: Type.Unknown() } } },
          response: {
            204: { description: 'Upload-Offset says how far it is', type: 'null' },
            ...PROBLEMS,
          },
        },
      },
      async (request, reply) => {
        const { offset } = await intake.append(
          askingDevice(request),
          request.params.upload,
          Number(request.headers['upload-offset']),
          request.body as AsyncIterable<Uint8Array>,
        );
        return reply
          .headers({ ...TUS, 'upload-offset': offset })
          .code(204)
          .send();
      },
    );
    done();
  });
}
