import type { RtspConfig } from '../../config/source-config.ts';
import type { CameraProgram } from './camera-program.ts';
import { FFMPEG, FFMPEG_QUIET, ffmpegPictures, withoutPassword } from './ffmpeg.ts';

/**
 * A camera of the network by RTSP, through ffmpeg. A stream that stalls is noticed by the frames that do not come; it, one that ends and one
 * that can't be reached are tried again by whoever supervises the source.
 */
export function rtspProgram({ url, transport, frameRate }: RtspConfig): CameraProgram {
  return {
    ...FFMPEG,
    description: `rtsp ${withoutPassword(url)}`,
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
