import {
  type CameraId,
  type DeviceId,
  Ids,
  type OccurrenceId,
  timestamp,
} from '@edgeloop/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { keptType } from '../../pictures/check-device-picture.ts';
import type { DevicePictures } from '../../pictures/device-pictures.ts';
import type { KeptPicture } from '../../pictures/picture-files.ts';
import { CAPTURED_AT_HEADER, PICTURE_ANSWERS } from '../../resources/device-picture.ts';
import { NONE, OrNone } from '../../resources/or-none.ts';
import { orNone } from '../or-none.ts';
import { PROBLEMS } from '../problem.ts';

/** Beside it a page says which picture it means, so that its browser asks for another. */
const PICTURE_QUERY = Type.Object(OrNone.properties);

/** What devices show, for whoever looks. */
export function addPictureRoutes(app: FastifyInstance, pictures: DevicePictures): void {
  app.get<{ Params: { device: DeviceId; camera: CameraId }; Querystring: OrNone }>(
    '/api/devices/:device/cameras/:camera/picture',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'viewCameraPicture',
        summary: 'The last frame of a camera, small; faster while a preview runs',
        tags: ['devices'],
        params: Type.Object({ device: Ids.device, camera: Ids.camera }),
        querystring: PICTURE_QUERY,
        response: { ...PICTURE_ANSWERS, ...NONE, ...PROBLEMS },
      },
    },
    async (request, reply) => {
      const { device, camera } = request.params;
      const known = knownVersion(request);
      return orNone(request.query, reply, async () =>
        // Asked for again each time: the next frame has the same name.
        answer(reply, known, await pictures.frame(device, camera, known), 'no-cache'),
      );
    },
  );

  app.get<{ Params: { device: DeviceId; occurrence: OccurrenceId }; Querystring: OrNone }>(
    '/api/devices/:device/occurrences/:occurrence/picture',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'viewOccurrencePicture',
        summary: 'The frame with which an occurrence began, small',
        tags: ['devices'],
        params: Type.Object({ device: Ids.device, occurrence: Ids.occurrence }),
        querystring: PICTURE_QUERY,
        response: { ...PICTURE_ANSWERS, ...NONE, ...PROBLEMS },
      },
    },
    async (request, reply) => {
      const { device, occurrence } = request.params;
      const known = knownVersion(request);
      return orNone(request.query, reply, async () =>
        answer(reply, known, await pictures.occurrence(device, occurrence, known), 'max-age=86400'),
      );
    },
  );
}

/** Of `If-None-Match: "version"`; of a list the first. */
function knownVersion({ headers }: FastifyRequest): string | null {
  return /"([^"]+)"/.exec(headers['if-none-match'] ?? '')?.[1] ?? null;
}

function answer(
  reply: FastifyReply,
  known: string | null,
  { version, content, capturedAt }: KeptPicture,
  caching: string,
): FastifyReply {
  reply.headers({
    etag: `"${version}"`,
    [CAPTURED_AT_HEADER]: timestamp(capturedAt),
    'cache-control': `private, ${caching}`,
    'x-content-type-options': 'nosniff',
  });
  if (version === known) return reply.code(304).send();
  return reply.type(keptType(content)).send(content);
}
