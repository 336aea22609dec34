import { redactSecrets } from '../../commands/redact-secrets.ts';
import type { RtspConfig } from '../../config/source-config.ts';
import type { CameraProgram } from './camera-program.ts';
import { FFMPEG, FFMPEG_QUIET, ffmpegPictures } from './ffmpeg.ts';
import { hideCameraUrls, secretsOfUrl } from './hide-camera-urls.ts';

/**
 * A camera of the network by RTSP, through ffmpeg. A stream that stalls is noticed by the frames
 * that do not come; it, one that ends and one that can't be reached are tried again by whoever
 * supervises the source. Of the URL the host alone is told.
 */
export function rtspProgram({ url, transport, frameRate }: RtspConfig): CameraProgram {
  return {
    ...FFMPEG,
    description: `rtsp ${hideCameraUrls(url).replace(/^\w+:\/\//, '')}`,
    // ffmpeg tells the URL that it could not read, with all that is in it, and parts of it.
    complaint: (said) => redactSecrets(said.trim(), secretsOfUrl(url)),
    args: [
      ...FFMPEG_QUIET,
      ...['-rtsp_transport', transport, '-allowed_media_types', 'video'],
      ...['-i', url],
      ...ffmpegPictures(frameRate),
    ],
    finishes: false,
    absent: /Connection refused|No route to host|Network is unreachable|Name or service not known/,
  };
}
