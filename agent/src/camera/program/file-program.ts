import type { SourceConfig } from '../../config/source-config.ts';
import type { CameraProgram } from './camera-program.ts';
import { FFMPEG, FFMPEG_QUIET, ffmpegPictures } from './ffmpeg.ts';

type FileConfig = Extract<SourceConfig, { kind: 'file' }>;

/** A video file through ffmpeg. Without `loop` it finishes at the end of the file. */
export function fileProgram({ path, loop, frameRate, pace }: FileConfig): CameraProgram {
  return {
    ...FFMPEG,
    description: `file ${path}`,
    args: [
      ...FFMPEG_QUIET,
      ...(pace === 'realtime' ? ['-re'] : []),
      ...(loop ? ['-stream_loop', '-1'] : []),
      // `file:` so that a path with a colon, or one that begins with a dash, is a path.
      ...['-i', `file:${path}`],
      ...ffmpegPictures(frameRate),
    ],
    finishes: true,
    absent: null,
  };
}
