import type { RpicamConfig } from '../../config/source-config.ts';
import type { CameraProgram } from '../program/camera-program.ts';
import { cutJpegs } from './cut-jpegs.ts';
import { cutYuv } from './cut-yuv.ts';
import { rpicamArguments } from './rpicam-arguments.ts';

/**
 * A camera of the Raspberry Pi by rpicam-apps, under the name since November 2023 or the one
 * before. What it streams to its standard output is its main stream, which the image processor
 * scales to the size that is asked for; the second, small one (`--lores-width`) goes to its
 * post-processing alone. So the small size is asked of the main stream.
 */
export function rpicamProgram(config: RpicamConfig): CameraProgram {
  const { camera, width, height, frameRate, format } = config;
  return {
    description: `rpicam ${camera}, ${width}x${height}, ${format}, ${frameRate} frames a second`,
    names: ['rpicam-vid', 'libcamera-vid'],
    install: 'install rpicam-apps-lite (libcamera-apps on Raspberry Pi OS before bookworm)',
    args: rpicamArguments(config),
    finishes: false,
    cut: format === 'yuv420' ? cutYuv(width, height) : cutJpegs,
    complaint: findErrors,
    absent: /no cameras available|selected camera is not available/,
    size: { width, height },
    toldSize,
  };
}

/** rpicam-vid and libcamera tell much of what they do; where they tell errors, only these. */
function findErrors(said: string): string {
  const lines = said.trim().split('\n');
  const errors = lines.filter((line) => /ERROR|FATAL|unrecognised option|\*\*\*/.test(line));
  return (errors.length > 0 ? errors : lines.slice(-3)).join('\n');
}

/**
 * libcamera tells it of each stream, the main one first: `configuring streams: (0)
 * 640x480-YUV420/sYCC (1) …`.
 */
function toldSize(said: string) {
  const [, width, height] = /configuring streams: \(0\) (\d+)x(\d+)-/.exec(said) ?? [];
  return width === undefined ? null : { width: Number(width), height: Number(height) };
}
