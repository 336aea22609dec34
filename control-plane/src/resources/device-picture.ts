import { DEVICE_PICTURE_TYPES, MAX_PICTURE_BYTES } from '@edgeloop/protocol';
import Type from 'typebox';

/**
 * When the frame was taken, by the device's clock: RFC 3339, UTC. Beside the picture for viewers.
 */
export const CAPTURED_AT_HEADER = 'x-edgeloop-captured-at';

/** The body of a picture that a device brings. */
export const PICTURE_BODY = {
  content: Object.fromEntries(
    DEVICE_PICTURE_TYPES.map((type) => [
      type,
      { schema: Type.Unknown({ description: `At most ${MAX_PICTURE_BYTES} bytes` }) },
    ]),
  ),
};

/** For the `2xx` of a route that gives one. */
export const PICTURE_ANSWERS = {
  200: {
    description: `The picture; ${CAPTURED_AT_HEADER} says when it was taken, ETag which one it is`,
    content: Object.fromEntries(
      DEVICE_PICTURE_TYPES.map((type) => [type, { schema: Type.Unknown() }]),
    ),
  },
  304: { description: 'Still the one that If-None-Match names', type: 'null' },
} as const;
