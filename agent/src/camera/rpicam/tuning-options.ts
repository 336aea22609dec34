import type { Tuning } from '../../config/source-schema.ts';

/** By the names of rpicam-apps. What is not set is left to the camera. */
export function tuningOptions(
  tuning: Readonly<Tuning>,
): readonly (readonly [string, string | number])[] {
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
  return values.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}
