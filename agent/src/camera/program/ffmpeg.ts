import type { FrameImage } from '../frame.ts';
import { parsePpm } from './ppm-parser.ts';

/** What every use of ffmpeg begins with. */
export const FFMPEG_QUIET = ['-hide_banner', '-loglevel', 'error', '-nostdin'] as const;

/**
 * Each picture with its size, and nothing lost. Of a stream whose size changes ffmpeg scales the
 * rest to the first.
 * @param frameRate null: as many as there are
 */
export function ffmpegPictures(frameRate: number | null): readonly string[] {
  return [
    ...['-an', '-sn'],
    ...(frameRate === null ? ['-fps_mode', 'passthrough'] : ['-vf', `fps=${frameRate}`]),
    ...['-f', 'image2pipe', '-c:v', 'ppm', '-pix_fmt', 'rgb24', '-'],
  ];
}

/** What is the same for each program that is ffmpeg. */
export const FFMPEG = {
  names: ['ffmpeg'],
  install: 'install ffmpeg',
  cut: cutPictures,
  complaint: (said: string): string => said.trim(),
} as const;

async function* cutPictures(output: AsyncIterable<Uint8Array>): AsyncGenerator<FrameImage> {
  for await (const image of parsePpm(output)) yield { kind: 'raw', ...image };
}
