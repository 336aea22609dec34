import {
  type CameraId,
  CameraPictureQuery,
  type EpochMillis,
  epochMillis,
  Ids,
  MAX_PICTURE_BYTES,
  type OccurrenceId,
  OccurrencePictureQuery,
  type Timestamp,
} from '@edgeloop/protocol';
import type { FastifyInstance, FastifyReply } from 'fastify';
import Type from 'typebox';
import { ControlPlaneError } from '../../errors.ts';
import type { DevicePictures } from '../../pictures/device-pictures.ts';
import { PICTURE_BODY } from '../../resources/device-picture.ts';
import { askingDevice } from '../asking-device.ts';
import { PROBLEMS } from '../problem.ts';
import { readBounded } from './read-bounded.ts';

type Body = AsyncIterable<Uint8Array>;

const KEPT = { 204: { description: 'It is kept', type: 'null' }, ...PROBLEMS };

/**
 * How devices bring what they show: small pictures, whole, the newest in place of the one before.
 */
export function addDevicePictureRoutes(
  app: FastifyInstance,
  { pictures, now }: { readonly pictures: DevicePictures; readonly now: () => EpochMillis },
): void {
  // In a scope of its own: bytes are read as they come here alone.
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(/^image\//, (_request, payload, done) => done(null, payload));

    scope.put<{ Params: { camera: CameraId }; Querystring: CameraPictureQuery; Body: Body }>(
      '/api/device/cameras/:camera/picture',
      {
        config: { role: 'device', unaudited: true },
        schema: {
          operationId: 'keepCameraPicture',
          summary: 'The last frame of a camera, small, in place of the one before',
          tags: ['device'],
          params: Type.Object({ camera: Ids.camera }),
          querystring: CameraPictureQuery,
          body: PICTURE_BODY,
          response: KEPT,
        },
      },
      async (request, reply) => {
        const { params, query, body } = request;
        const address = askingDevice(request);
        const content = await readBounded(body, MAX_PICTURE_BYTES);
        const capturedAt = takenAt(query.capturedAt, now());
        await paced(reply, pictures.keepFrame(address, params.camera, { content, capturedAt }));
        return reply.code(204).send();
      },
    );

    scope.put<{
      Params: { occurrence: OccurrenceId };
      Querystring: OccurrencePictureQuery;
      Body: Body;
    }>(
      '/api/device/occurrences/:occurrence/picture',
      {
        config: { role: 'device', unaudited: true },
        schema: {
          operationId: 'keepOccurrencePicture',
          summary: 'The frame with which an occurrence began, small',
          tags: ['device'],
          params: Type.Object({ occurrence: Ids.occurrence }),
          querystring: OccurrencePictureQuery,
          body: PICTURE_BODY,
          response: KEPT,
        },
      },
      async (request, reply) => {
        const { params, query, body } = request;
        const address = askingDevice(request);
        const content = await readBounded(body, MAX_PICTURE_BYTES);
        const { camera } = query;
        const picture = { content, camera, capturedAt: takenAt(query.capturedAt, now()) };
        await paced(reply, pictures.keepOccurrence(address, params.occurrence, picture));
        return reply.code(204).send();
      },
    );
    done();
  });
}

/**
 * A clock that is ahead of ours is not believed; one that has no battery is.
 * @throws ControlPlaneError `REQUEST_INVALID`
 */
function takenAt(text: Timestamp, now: EpochMillis): EpochMillis {
  const at = Date.parse(text);
  if (at >= 0) return epochMillis(Math.min(at, now));
  const message = `Expected a time since 1970 for capturedAt, received ${text}.`;
  throw new ControlPlaneError('REQUEST_INVALID', message);
}

async function paced(reply: FastifyReply, kept: Promise<void>): Promise<void> {
  try {
    await kept;
  } catch (error) {
    if (error instanceof ControlPlaneError && error.code === 'TOO_MANY_PICTURES') {
      reply.header('retry-after', 1);
    }
    throw error;
  }
}
