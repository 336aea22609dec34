import { stat } from 'node:fs/promises';
import type { V4l2Config } from '../../config/source-config.ts';
import { AgentError } from '../../errors.ts';
import type { CameraProgram } from './camera-program.ts';
import { FFMPEG, FFMPEG_QUIET, ffmpegPictures } from './ffmpeg.ts';

/** A camera that Linux shows as a device (USB, mostly), through ffmpeg. */
export function v4l2Program(config: V4l2Config): CameraProgram {
  const { device, width, height, frameRate, inputFormat } = config;
  return {
    ...FFMPEG,
    description: `v4l2 ${device}`,
    args: [
      ...FFMPEG_QUIET,
      ...['-f', 'v4l2', '-framerate', String(frameRate), '-video_size', `${width}x${height}`],
      ...(inputFormat === null ? [] : ['-input_format', inputFormat]),
      ...['-i', device],
      ...ffmpegPictures(null),
    ],
    finishes: false,
    expect: () => expectDevice(device),
    // One that is pulled out while it runs, or between the look and the start.
    absent: /No such (?:file or directory|device)/,
    size: { width, height },
  };
}

async function expectDevice(device: string): Promise<void> {
  const found = await stat(device).catch((error: Error) => error);
  if (!(found instanceof Error) && found.isCharacterDevice()) return;
  const received = found instanceof Error ? found.message : 'a file of another kind';
  const message = `Expected a camera at ${device}, received: ${received}. Is it plugged in? \`v4l2-ctl --list-devices\` tells which there are; names below /dev/v4l/by-id stay the same.`;
  throw new AgentError('SOURCE_ABSENT', message);
}
