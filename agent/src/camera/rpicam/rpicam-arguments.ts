import type { RpicamConfig } from '../../config/source-config.ts';
import { tuningOptions } from './tuning-options.ts';

/**
 * The command line of rpicam-vid and of libcamera-vid, which know the same options. Each value
 * stands in an argument with its name, so that a negative number is no option.
 */
export function rpicamArguments(config: RpicamConfig): readonly string[] {
  const { camera, width, height, frameRate, format, quality, rotation, hflip, vflip } = config;
  return [
    ...['--timeout=0', '--nopreview', '--flush', '--output=-'],
    ...[`--camera=${camera}`, `--codec=${format}`],
    ...[`--width=${width}`, `--height=${height}`, `--framerate=${frameRate}`],
    ...(format === 'mjpeg' ? [`--quality=${quality}`] : []),
    ...(rotation === 180 ? ['--rotation=180'] : []),
    ...(hflip ? ['--hflip'] : []),
    ...(vflip ? ['--vflip'] : []),
    ...tuningOptions(config.tuning).map(([name, value]) => `--${name}=${value}`),
  ];
}
