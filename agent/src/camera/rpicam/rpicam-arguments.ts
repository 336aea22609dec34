import type { RpicamConfig } from '../../config/source-config.ts';

/**
 * The command line of rpicam-vid and of libcamera-vid, which know the same options. Each value stands in an argument with its
 * name, so that a negative number is no option.
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
    ...tuningArguments(config.tuning),
  ];
}

/** What is not set is left to the camera. */
function tuningArguments(tuning: RpicamConfig['tuning']): readonly string[] {
  const { awbGains } = tuning;
  const values: readonly (readonly [string, string | number | undefined])[] = [
    ['exposure', tuning.exposure],
    ['shutter', tuning.shutter],
    ['gain', tuning.gain],
    ['ev', tuning.ev],
    ['metering', tuning.metering],
    ['awb', tuning.awb],
    ['awbgains', awbGains && `${awbGains.red},${awbGains.blue}`],
    ['brightness', tuning.brightness],
    ['contrast', tuning.contrast],
    ['saturation', tuning.saturation],
    ['sharpness', tuning.sharpness],
    ['denoise', tuning.denoise],
    ['autofocus-mode', tuning.autofocus],
    ['lens-position', tuning.lensPosition],
    ['tuning-file', tuning.tuningFile],
  ];
  return values.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]));
}
