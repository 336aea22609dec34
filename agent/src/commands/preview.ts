import { type CameraId, millis, seconds } from '@edgeloop/protocol';
import type { Pictures } from '../pictures/pictures.ts';
import type { CommandHandler } from './command-runner.ts';

const DEFAULT = { seconds: 30, fps: 2 };

/**
 * `preview`: shows one camera faster for a while.
 * @param pictures Null: the device shows no pictures.
 * @param refusal Why nobody gets a picture now; null: somebody may.
 */
export function preview(
  pictures: Pick<Pictures, 'preview'> | null,
  cameras: readonly CameraId[],
  refusal: (camera?: CameraId) => string | null,
): CommandHandler {
  return async ({ camera, ...asked }, signal) => {
    const refused = refusal(camera);
    if (refused !== null) return { outcome: 'refused', reason: refused };
    if (!pictures) {
      const reason = 'this device shows no pictures: set server.url, and not pictures: off';
      return { outcome: 'refused', reason };
    }
    if (camera === undefined || !cameras.includes(camera)) {
      const reason = `expected one of the cameras (${cameras.join(', ')}), received ${camera ?? 'none'}`;
      return { outcome: 'refused', reason };
    }
    const { seconds: time = DEFAULT.seconds, fps = DEFAULT.fps } = asked;
    const interval = millis(1000 / fps);
    const { frames, reason } = await pictures.preview(camera, seconds(time), interval, signal);
    return reason === null ? { outcome: 'done', frames } : { outcome: 'refused', frames, reason };
  };
}
