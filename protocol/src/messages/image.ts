import Type from 'typebox';

/** Of a picture over MQTT: a broker holds one for each camera. */
export const MAX_IMAGE_BYTES = 128 * 1024;

/**
 * The bytes of a JPEG, without an envelope: what an image entity of Home Assistant and an image
 * node of Node-RED take as it is.
 */
export const Image = Type.Unsafe<Uint8Array>({
  type: 'string',
  contentMediaType: 'image/jpeg',
  description: `The bytes of a JPEG, at most ${MAX_IMAGE_BYTES}`,
});
